package spop

import (
	"encoding/binary"
	"io"
)

type frameType byte

const (
	haproxyHello      frameType = 1
	haproxyDisconnect frameType = 2
	notify            frameType = 3
	agentHello        frameType = 101
	agentDisconnect   frameType = 102
	ack               frameType = 103
)

const flagFin = 1

// MaxFrame is the largest frame that the agent takes: HAProxy's buffer at its largest useful setting.
const MaxFrame = 1 << 17

type frame struct {
	kind    frameType
	flags   uint32
	stream  uint64
	id      uint64
	payload []byte
}

// readFrame reads one frame. The payload is the caller's to keep.
func readFrame(from io.Reader) (frame, error) {
	var size [4]byte
	if _, err := io.ReadFull(from, size[:]); err != nil {
		return frame{}, err
	}
	length := binary.BigEndian.Uint32(size[:])
	if length < 7 || length > MaxFrame {
		return frame{}, ErrMalformed
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(from, data); err != nil {
		return frame{}, err
	}
	return parseFrame(data)
}

func parseFrame(data []byte) (frame, error) {
	r := &reader{data: data}
	f := frame{kind: frameType(r.byte())}
	if flags := r.bytes(4); flags != nil {
		f.flags = binary.BigEndian.Uint32(flags)
	}
	f.stream, f.id = r.varint(), r.varint()
	f.payload = r.data
	return f, r.err
}

func encodeFrame(kind frameType, stream, id uint64, payload []byte) []byte {
	out := make([]byte, 4, 32+len(payload))
	out = append(out, byte(kind))
	out = appendUint32(out, flagFin)
	out = appendVarint(out, stream)
	out = appendVarint(out, id)
	out = append(out, payload...)
	binary.BigEndian.PutUint32(out, uint32(len(out)-4))
	return out
}

// Message is what HAProxy sends about one stream: the arguments of a `spoe-message` by name.
type Message struct {
	Name string
	Args map[string]any
}

// parseKeys reads a list of names and typed values to the end of the payload.
func parseKeys(payload []byte) (map[string]any, error) {
	r := &reader{data: payload}
	keys := map[string]any{}
	for len(r.data) > 0 {
		name := r.string()
		keys[name] = r.value()
	}
	return keys, r.err
}

func parseMessages(payload []byte) ([]Message, error) {
	r := &reader{data: payload}
	var messages []Message
	for len(r.data) > 0 {
		m := Message{Name: r.string(), Args: map[string]any{}}
		for n := r.byte(); n > 0 && r.err == nil; n-- {
			name := r.string()
			m.Args[name] = r.value()
		}
		messages = append(messages, m)
	}
	return messages, r.err
}

// Variables are set on the transaction in HAProxy, below the agent's prefix.
type Variables map[string]any

const (
	actionSetVariable = 1
	scopeTransaction  = 2
)

func encodeVariables(variables Variables) []byte {
	var out []byte
	for name, value := range variables {
		out = append(out, actionSetVariable, 3, scopeTransaction)
		out = appendString(out, name)
		out = appendValue(out, value)
	}
	return out
}
