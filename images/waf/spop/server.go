package spop

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"
)

// Handler answers one message. It runs in a goroutine of its own; messages on one connection do not wait for
// each other.
type Handler func(Message) Variables

// Server answers HAProxy on a listener until its context ends. Then it fails health checks, so that nobody chooses it
// any more, still serves whoever does not know that yet, answers what it has received, says goodbye and closes.
type Server struct {
	Handle Handler
	// Linger is how long new connections are taken after the context ended.
	Linger time.Duration
	// Parallel bounds the messages that are looked at at the same time.
	Parallel int
	// Errorf hears about connections that ended otherwise than by a goodbye. Optional.
	Errorf func(format string, args ...any)
}

// Then connections close one after another: HAProxy asks again over another connection when one closes under a
// question, and that one should not be closing as well.
const (
	shortestFarewell = 300 * time.Millisecond
	longestFarewell  = 2 * time.Second
)

// Serve returns once every connection is closed.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	slots := make(chan struct{}, max(1, s.Parallel))
	var open sync.WaitGroup
	stop := context.AfterFunc(ctx, func() {
		time.Sleep(s.Linger)
		listener.Close()
	})
	defer stop()
	for {
		conn, err := listener.Accept()
		if err != nil {
			open.Wait()
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		open.Add(1)
		go func() {
			defer open.Done()
			c := &connection{conn: conn, server: s, slots: slots}
			if err := c.run(ctx); err != nil && !errors.Is(err, io.EOF) && s.Errorf != nil {
				s.Errorf("connection from %s: %v", conn.RemoteAddr(), err)
			}
		}()
	}
}

type connection struct {
	conn   net.Conn
	server *Server
	slots  chan struct{}

	write   sync.Mutex
	pending sync.WaitGroup
}

func (c *connection) run(ctx context.Context) error {
	defer c.conn.Close()
	in := bufio.NewReaderSize(c.conn, 1<<16)
	goOn, err := c.greet(ctx, in)
	if err != nil || !goOn {
		return err
	}
	stop := context.AfterFunc(ctx, func() {
		time.Sleep(c.server.Linger + shortestFarewell + rand.N(longestFarewell-shortestFarewell))
		c.conn.SetReadDeadline(time.Now())
	})
	defer stop()
	err = c.serve(in)
	c.pending.Wait()
	if ctx.Err() != nil || errors.Is(err, ErrMalformed) {
		c.goodbye(err)
		return nil
	}
	return err
}

// greet agrees on version and frame size. A health check ends after it.
func (c *connection) greet(ctx context.Context, in io.Reader) (bool, error) {
	c.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	f, err := readFrame(in)
	if err != nil {
		return false, err
	}
	c.conn.SetReadDeadline(time.Time{})
	keys, err := parseKeys(f.payload)
	if err != nil || f.kind != haproxyHello {
		c.goodbye(ErrMalformed)
		return false, ErrMalformed
	}
	versions, _ := keys["supported-versions"].(string)
	if !strings.Contains(versions, "2.") {
		c.disconnect(statusVersion, "version 2.0 is needed")
		return false, nil
	}
	check, _ := keys["healthcheck"].(bool)
	if check && ctx.Err() != nil {
		c.disconnect(statusNormal, "the agent stops")
		return false, nil
	}
	size, _ := keys["max-frame-size"].(uint64)
	if size == 0 || size > MaxFrame {
		size = MaxFrame
	}
	var hello []byte
	hello = appendValue(appendString(hello, "version"), "2.0")
	hello = appendValue(appendString(hello, "max-frame-size"), uint32(size))
	hello = appendValue(appendString(hello, "capabilities"), "pipelining")
	if err := c.send(encodeFrame(agentHello, 0, 0, hello)); err != nil {
		return false, err
	}
	return !check, nil
}

func (c *connection) serve(in io.Reader) error {
	for {
		f, err := readFrame(in)
		if err != nil {
			return err
		}
		switch f.kind {
		case haproxyDisconnect:
			c.pending.Wait()
			c.disconnect(statusNormal, "goodbye")
			return io.EOF
		case notify:
			if f.flags&flagFin == 0 {
				return ErrMalformed
			}
			messages, err := parseMessages(f.payload)
			if err != nil {
				return err
			}
			c.slots <- struct{}{}
			c.pending.Add(1)
			go c.answer(f, messages)
		default:
			// The protocol asks to ignore what is unknown.
		}
	}
}

func (c *connection) answer(f frame, messages []Message) {
	defer c.pending.Done()
	defer func() { <-c.slots }()
	variables := Variables{}
	for _, m := range messages {
		for name, value := range c.server.Handle(m) {
			variables[name] = value
		}
	}
	c.send(encodeFrame(ack, f.stream, f.id, encodeVariables(variables)))
}

const (
	statusNormal  = 0
	statusInvalid = 4
	statusVersion = 8
)

func (c *connection) goodbye(err error) {
	if errors.Is(err, ErrMalformed) {
		c.disconnect(statusInvalid, "malformed frame")
		return
	}
	c.disconnect(statusNormal, "the agent stops")
}

func (c *connection) disconnect(status uint32, message string) {
	payload := appendValue(appendString(nil, "status-code"), status)
	payload = appendValue(appendString(payload, "message"), message)
	c.send(encodeFrame(agentDisconnect, 0, 0, payload))
}

func (c *connection) send(data []byte) error {
	c.write.Lock()
	defer c.write.Unlock()
	c.conn.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, err := c.conn.Write(data)
	return err
}
