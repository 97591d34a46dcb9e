package spop

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net"
	"net/netip"
	"testing"
	"time"
)

// Pairs from the examples in HAProxy's SPOE.txt and its encode_varint.
func TestVarint(t *testing.T) {
	known := map[uint64][]byte{
		0: {0}, 239: {239}, 240: {240, 0}, 255: {255, 0}, 256: {240, 1},
		2287: {255, 127}, 2288: {240, 128, 0}, 264431: {255, 255, 127},
	}
	for value, want := range known {
		if got := appendVarint(nil, value); !bytes.Equal(got, want) {
			t.Errorf("%d is written %v, want %v", value, got, want)
		}
	}
	for _, value := range []uint64{0, 1, 239, 240, 2287, 2288, 1 << 20, 1 << 32, 1 << 55, math.MaxUint64} {
		r := &reader{data: appendVarint(nil, value)}
		if got := r.varint(); got != value || r.err != nil || len(r.data) != 0 {
			t.Errorf("%d came back as %d, %v", value, got, r.err)
		}
	}
}

func TestValues(t *testing.T) {
	r := &reader{data: []byte{6, 10, 0, 0, 1, 0x11, 1, 0, 9, 2, 7, 8, 8, 1, 'x'}}
	want := []any{netip.MustParseAddr("10.0.0.1"), true, false, nil, []byte{7, 8}, "x"}
	for _, w := range want {
		if got := r.value(); fmt.Sprint(got) != fmt.Sprint(w) {
			t.Errorf("got %v, want %v", got, w)
		}
	}
	if r.err != nil {
		t.Error(r.err)
	}
	if r.value(); r.err != ErrMalformed {
		t.Error("reading past the end is not an error")
	}
}

func start(t *testing.T, handle Handler) (net.Conn, context.CancelFunc) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- (&Server{Handle: handle, Parallel: 8, Linger: 200 * time.Millisecond}).Serve(ctx, listener)
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	t.Cleanup(func() {
		cancel()
		conn.Close()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return conn, cancel
}

func hello(check bool) []byte {
	payload := appendValue(appendString(nil, "supported-versions"), "2.0")
	payload = appendValue(appendString(payload, "max-frame-size"), uint32(16380))
	payload = appendValue(appendString(payload, "capabilities"), "pipelining,async")
	payload = appendValue(appendString(payload, "healthcheck"), check)
	return encodeFrame(haproxyHello, 0, 0, payload)
}

func expect(t *testing.T, conn net.Conn, kind frameType) frame {
	t.Helper()
	f, err := readFrame(conn)
	if err != nil {
		t.Fatal(err)
	}
	if f.kind != kind {
		t.Fatalf("got frame type %d, want %d", f.kind, kind)
	}
	return f
}

func question(n uint64) []byte {
	payload := append(appendString(nil, "request"), 1)
	payload = appendValue(appendString(payload, "method"), fmt.Sprintf("M%d", n))
	return encodeFrame(notify, n, 1, payload)
}

func TestConversation(t *testing.T) {
	conn, cancel := start(t, func(m Message) Variables {
		if m.Args["method"] == "M1" {
			time.Sleep(50 * time.Millisecond)
		}
		return Variables{"action": m.Name + " " + m.Args["method"].(string)}
	})
	conn.Write(hello(false))
	keys, err := parseKeys(expect(t, conn, agentHello).payload)
	if err != nil || keys["version"] != "2.0" || keys["max-frame-size"] != uint64(16380) || keys["capabilities"] != "pipelining" {
		t.Fatalf("greeting: %v %v", keys, err)
	}
	conn.Write(append(question(1), question(2)...))
	first, second := expect(t, conn, ack), expect(t, conn, ack)
	if first.stream != 2 || second.stream != 1 {
		t.Errorf("answers wait for each other: %d, %d", first.stream, second.stream)
	}
	want := append([]byte{1, 3, 2}, appendValue(appendString(nil, "action"), "request M2")...)
	if !bytes.Equal(first.payload, want) {
		t.Errorf("got %q, want %q", first.payload, want)
	}
	cancel()
	// What arrives while the agent says goodbye is answered too.
	conn.Write(question(3))
	if f := expect(t, conn, ack); f.stream != 3 {
		t.Errorf("got stream %d", f.stream)
	}
	expect(t, conn, agentDisconnect)
}

func TestHealthCheck(t *testing.T) {
	conn, _ := start(t, func(Message) Variables { return nil })
	conn.Write(hello(true))
	expect(t, conn, agentHello)
	if _, err := readFrame(conn); err == nil {
		t.Error("the connection stays open after a health check")
	}
}

func TestLeavingAgentFailsHealthChecksAndStillServes(t *testing.T) {
	before, cancel := start(t, func(Message) Variables { return nil })
	dial := func(check bool) net.Conn {
		conn, err := net.Dial("tcp", before.RemoteAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(5 * time.Second))
		conn.Write(hello(check))
		return conn
	}
	cancel()
	expect(t, dial(true), agentDisconnect)
	late := dial(false)
	expect(t, late, agentHello)
	late.Write(question(1))
	expect(t, late, ack)
	expect(t, late, agentDisconnect)
	if _, err := net.Dial("tcp", before.RemoteAddr().String()); err == nil {
		t.Error("a connection was taken after the last goodbye")
	}
}

func TestGoodbye(t *testing.T) {
	conn, _ := start(t, func(Message) Variables { return nil })
	conn.Write(hello(false))
	expect(t, conn, agentHello)
	conn.Write(encodeFrame(haproxyDisconnect, 0, 0, nil))
	expect(t, conn, agentDisconnect)
}

func TestFragmentIsRefused(t *testing.T) {
	conn, _ := start(t, func(Message) Variables { return nil })
	conn.Write(hello(false))
	expect(t, conn, agentHello)
	fragment := question(1)
	fragment[8] = 0
	conn.Write(fragment)
	expect(t, conn, agentDisconnect)
}

func FuzzFrame(f *testing.F) {
	f.Add(hello(true)[4:])
	f.Add(question(7)[4:])
	f.Add([]byte{3, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		parsed, err := parseFrame(data)
		if err != nil {
			return
		}
		parseKeys(parsed.payload)
		messages, err := parseMessages(parsed.payload)
		if err == nil && len(messages) > len(parsed.payload) {
			t.Errorf("%d messages from %d bytes", len(messages), len(parsed.payload))
		}
		again, err := parseFrame(encodeFrame(parsed.kind, parsed.stream, parsed.id, parsed.payload)[4:])
		if err != nil || again.stream != parsed.stream || again.id != parsed.id || !bytes.Equal(again.payload, parsed.payload) {
			t.Errorf("%+v came back as %+v, %v", parsed, again, err)
		}
	})
}
