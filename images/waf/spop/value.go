// Package spop speaks HAProxy's Stream Processing Offload Protocol, version 2.0, as far as an agent that answers
// one frame with one frame needs it: no fragments, no answers on other connections.
package spop

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"
)

// ErrMalformed is the answer to every byte sequence that is not what the protocol allows.
var ErrMalformed = errors.New("malformed frame")

// Types of typed data: the low four bits of its first byte.
const (
	typeNull   = 0
	typeBool   = 1
	typeInt32  = 2
	typeUint32 = 3
	typeInt64  = 4
	typeUint64 = 5
	typeIPv4   = 6
	typeIPv6   = 7
	typeString = 8
	typeBinary = 9

	flagTrue = 0x10
)

// reader takes values off the front of a frame. After an error every further read fails too.
type reader struct {
	data []byte
	err  error
}

func (r *reader) fail() {
	r.data, r.err = nil, ErrMalformed
}

func (r *reader) byte() byte {
	if len(r.data) == 0 {
		r.fail()
		return 0
	}
	b := r.data[0]
	r.data = r.data[1:]
	return b
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.fail()
		return nil
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

// varint reads HAProxy's own variable-length integer: the first byte carries four bits once it is 240 or more,
// each further byte seven.
func (r *reader) varint() uint64 {
	first := r.byte()
	if first < 240 {
		return uint64(first)
	}
	value := uint64(first)
	for shift := 4; shift <= 60; shift += 7 {
		next := r.byte()
		if r.err != nil {
			return 0
		}
		value += uint64(next) << shift
		if next < 128 {
			return value
		}
	}
	r.fail()
	return 0
}

func appendVarint(to []byte, value uint64) []byte {
	if value < 240 {
		return append(to, byte(value))
	}
	to = append(to, byte(value)|240)
	value = (value - 240) >> 4
	for value >= 128 {
		to = append(to, byte(value)|128)
		value = (value - 128) >> 7
	}
	return append(to, byte(value))
}

func (r *reader) string() string {
	return string(r.bytes(r.varint()))
}

func appendString(to []byte, text string) []byte {
	return append(appendVarint(to, uint64(len(text))), text...)
}

// value reads typed data: nil, bool, int64, uint64, netip.Addr, string or []byte. Bytes are borrowed from the frame.
func (r *reader) value() any {
	head := r.byte()
	switch head & 0x0f {
	case typeNull:
		return nil
	case typeBool:
		return head&flagTrue != 0
	case typeInt32, typeInt64:
		return int64(r.varint())
	case typeUint32, typeUint64:
		return r.varint()
	case typeIPv4:
		return address(r.bytes(4))
	case typeIPv6:
		return address(r.bytes(16))
	case typeString:
		return r.string()
	case typeBinary:
		return r.bytes(r.varint())
	}
	r.fail()
	return nil
}

func address(raw []byte) any {
	if addr, ok := netip.AddrFromSlice(raw); ok {
		return addr
	}
	return nil
}

func appendValue(to []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendString(append(to, typeString), v)
	case uint32:
		return appendVarint(append(to, typeUint32), uint64(v))
	case int:
		if v < 0 || v > math.MaxInt32 {
			v = math.MaxInt32
		}
		return appendVarint(append(to, typeInt32), uint64(v))
	case bool:
		if v {
			return append(to, typeBool|flagTrue)
		}
		return append(to, typeBool)
	}
	return append(to, typeNull)
}

func appendUint32(to []byte, value uint32) []byte {
	return binary.BigEndian.AppendUint32(to, value)
}
