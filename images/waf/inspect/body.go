package inspect

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"mime"
	"regexp"
	"strings"
)

// prepareBody gives the part of the body that was received in a form that parsers accept and rules can read:
// unpacked, closed where it was cut off, and without long binary data.
func prepareBody(r Request, headers headerList) []byte {
	body := unpack(r.Body, strings.ToLower(headers.get("content-encoding")))
	media, parameters, _ := mime.ParseMediaType(headers.get("content-type"))
	isJSON := strings.HasSuffix(media, "json")
	whole := int64(len(r.Body)) >= r.Size
	switch {
	case media == "application/x-ndjson":
		return shorten(joinLines(body))
	case isJSON && !whole:
		return shorten(closeJSON(body))
	case isJSON:
		return shorten(body)
	case isPicture(media) && isBinary(body):
		// Read as a form, which is what rules take a body for that they have no parser for, every picture is an attack.
		return nil
	case media == "multipart/form-data" && !whole:
		return append(bytes.Clone(body), "\r\n--"+parameters["boundary"]+"--\r\n"...)
	}
	return body
}

// isPicture says whether a body is announced as what no interpreter runs. An SVG is a document.
func isPicture(media string) bool {
	kind, name, _ := strings.Cut(media, "/")
	return kind == "image" && name != "svg+xml" || kind == "audio" || kind == "video" ||
		media == "application/octet-stream" || media == "application/pdf"
}

// isBinary says whether a body is not text, whatever it is announced as: where it is, rules look into it.
func isBinary(body []byte) bool {
	return bytes.IndexByte(body, 0) >= 0
}

// joinLines makes one array of one JSON document per line. The last line may have been cut off.
func joinLines(body []byte) []byte {
	lines := bytes.Split(bytes.TrimSpace(body), []byte("\n"))
	last := len(lines) - 1
	lines[last] = closeJSON(lines[last])
	joined := append([]byte("["), bytes.Join(lines, []byte(","))...)
	return append(joined, ']')
}

// Pictures and sound only: a document in a data URL can carry script.
var dataURL = regexp.MustCompile(`data:((?:image/(?:png|jpeg|webp|avif|heic|gif)|audio/|video/|font/)[a-z0-9.+-]*)[;=A-Za-z0-9-]*;base64,`)

// longRun is the length from which base64 is taken for data; keptOfRun stays at both of its ends.
const longRun, keptOfRun = 256, 32

// shorten takes the middle out of long base64 that decodes to no text: pictures, sound, keys. Nothing that an
// interpreter would run can be written in these letters alone, and rules take longest over such values.
func shorten(body []byte) []byte {
	if len(body) < longRun {
		return body
	}
	body = dataURL.ReplaceAll(body, []byte("$1,"))
	out := make([]byte, 0, len(body))
	for at := 0; at < len(body); {
		end := at
		for end < len(body) && isBase64(body[end]) {
			end++
		}
		run := body[at:end]
		if len(run) >= longRun && !isText(run) {
			out = append(append(out, run[:keptOfRun]...), run[len(run)-keptOfRun:]...)
		} else {
			out = append(out, run...)
		}
		if end < len(body) {
			out = append(out, body[end])
		}
		at = end + 1
	}
	return out
}

func isText(run []byte) bool {
	_, text := decodeBase64(string(run))
	return text
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}

func unpack(body []byte, encoding string) []byte {
	var reader io.Reader
	var err error
	switch encoding {
	case "gzip", "x-gzip":
		reader, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		reader, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return body
	}
	if err != nil {
		return body
	}
	unpacked, _ := io.ReadAll(io.LimitReader(reader, BodyLimit))
	return unpacked
}

// closeJSON ends an unfinished document: the last complete member stays, an open string is closed as it is, and
// every open object and array ends.
func closeJSON(body []byte) []byte {
	var open []byte
	inString, escaped := false, false
	// stop is the length up to which the document is well formed once `open` is closed.
	stop, stopDepth := 0, 0
	for i, c := range body {
		if inString {
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				inString = false
			}
			continue
		}
		switch c {
		case '"':
			inString = true
		case '{', '[':
			open = append(open, c)
			stop, stopDepth = i+1, len(open)
		case '}', ']':
			if len(open) == 0 {
				return body
			}
			open = open[:len(open)-1]
			stop, stopDepth = i+1, len(open)
		case ',':
			stop, stopDepth = i, len(open)
		}
	}
	if inString && inValue(body[stop:], open) {
		closed := bytes.TrimRight(body, "\\")
		if cut := bytes.LastIndexByte(closed, '\\'); cut >= 0 && len(closed)-cut < 6 {
			closed = closed[:cut]
		}
		return closeAll(append(bytes.Clone(closed), '"'), open)
	}
	return closeAll(bytes.Clone(body[:stop]), open[:stopDepth])
}

// inValue tells whether the string that is open at the end of rest is a value, not the name of a member.
func inValue(rest []byte, open []byte) bool {
	if len(open) == 0 || open[len(open)-1] == '[' {
		return true
	}
	name := false
	for i, escaped := 0, false; i < len(rest); i++ {
		switch {
		case escaped:
			escaped = false
		case rest[i] == '\\':
			escaped = true
		case rest[i] == '"':
			name = !name
		case rest[i] == ':' && !name:
			return true
		}
	}
	return false
}

func closeAll(body, open []byte) []byte {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == '{' {
			body = append(body, '}')
		} else {
			body = append(body, ']')
		}
	}
	return body
}
