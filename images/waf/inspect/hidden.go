package inspect

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// argument is a name and a value that the rules look at as if it came in the query.
type argument struct{ name, value string }

// hiddenArguments are values that the rule set does not look into by itself: the path, headers that applications
// made up, and whatever unfolds from base64 or a second percent-encoding, wherever it stands.
func hiddenArguments(r Request, headers headerList, body []byte) []argument {
	path, query, _ := strings.Cut(r.URL, "?")
	var plain, shown []argument
	if decoded, err := url.PathUnescape(path); err == nil {
		plain = append(plain, argument{"path", decoded})
		for part := range strings.SplitSeq(strings.Trim(decoded, "/"), "/") {
			shown = append(shown, argument{"path", part})
		}
	}
	for _, h := range headers {
		if !ordinary(h.name) {
			plain = append(plain, argument{"header." + h.name, h.value})
		}
	}
	shown = append(shown, form("query", query)...)
	shown = append(shown, cookies(headers.get("cookie"))...)
	media, parameters, _ := mime.ParseMediaType(headers.get("content-type"))
	switch {
	case strings.HasSuffix(media, "xml"):
		plain = append(plain, doctype(body)...)
	case strings.HasPrefix(media, "text/") || media == "application/graphql":
		plain = append(plain, argument{"body", string(body)})
	}
	shown = append(shown, bodyValues(media, parameters["boundary"], body)...)
	for _, a := range append(shown, plain...) {
		if hidden, ok := unfold(a.value); ok {
			plain = append(plain, argument{a.name + ".decoded", hidden})
		}
	}
	return plain
}

func bodyValues(media, boundary string, body []byte) []argument {
	switch {
	case len(body) == 0:
		return nil
	case strings.HasSuffix(media, "json"):
		return jsonValues(body)
	case media == "application/x-www-form-urlencoded":
		return form("form", string(body))
	case media == "multipart/form-data":
		return multipartFields(body, boundary)
	}
	return nil
}

// doctype is the first markup declaration of an XML document.
func doctype(body []byte) []argument {
	if at := bytes.Index(body, []byte("<!")); at >= 0 {
		return []argument{{"xml.doctype", string(body[at:min(at+512, len(body))])}}
	}
	return nil
}

func form(prefix, text string) []argument {
	var list []argument
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(value); err == nil && value != "" {
			list = append(list, argument{prefix + "." + name, decoded})
		}
	}
	return list
}

func jsonValues(body []byte) []argument {
	var list []argument
	decoder := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := decoder.Token()
		if err != nil {
			return list
		}
		if text, ok := token.(string); ok {
			list = append(list, argument{"json." + strconv.Itoa(len(list)), text})
		}
	}
}

func multipartFields(body []byte, boundary string) []argument {
	var list []argument
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextPart()
		if err != nil {
			return list
		}
		if part.FileName() == "" {
			text, _ := io.ReadAll(io.LimitReader(part, BodyLimit))
			list = append(list, argument{"form." + part.FormName(), string(text)})
		}
	}
}

// unfold gives the readable text behind base64 (also of a data URL) and further percent-encodings.
func unfold(value string) (string, bool) {
	unfolded := value
	for range 3 {
		if text, ok := decodeBase64(unfolded); ok {
			unfolded = text
			continue
		}
		text, err := url.PathUnescape(unfolded)
		if err != nil || text == unfolded {
			break
		}
		unfolded = text
	}
	return unfolded, unfolded != value
}

// Shorter than this, ordinary words would decode to noise.
const shortestBase64 = 8

func decodeBase64(value string) (string, bool) {
	if _, data, ok := strings.Cut(value, ";base64,"); ok {
		value = data
	}
	value = strings.TrimRight(strings.TrimSpace(value), "=")
	// A value that was cut off at the end of the inspected body decodes up to its last whole group.
	value = value[:len(value)-leftover(len(value))]
	if len(value) < shortestBase64 {
		return "", false
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(value, "-_") {
		encoding = base64.RawURLEncoding
	}
	raw, err := encoding.DecodeString(value)
	if err != nil || !readable(raw) {
		return "", false
	}
	return string(raw), true
}

func leftover(length int) int {
	if length%4 == 1 {
		return 1
	}
	return 0
}

// readable tells text from images, hashes and words that happen to be made of base64's letters.
func readable(raw []byte) bool {
	if !utf8.Valid(raw) {
		return false
	}
	for _, r := range string(raw) {
		if !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}
