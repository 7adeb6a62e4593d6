package publish

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"
)

// tags returns the entity tags of a document: plain, gzip, br and zstd.
func tags(t *testing.T, p *Publisher, path string) (plain, gzip, br, zstd string) {
	t.Helper()
	tag := func(accept string) string {
		r := ask(p, "GET", path, "Accept-Encoding: "+accept)
		if want := strings.TrimPrefix(accept, "identity"); r.StatusCode != 200 ||
			r.Header.Get("Content-Encoding") != want {
			t.Fatalf("%s: %d %v", accept, r.StatusCode, r.Header)
		}
		return r.Header.Get("ETag")
	}
	return tag("identity"), tag("gzip"), tag("br"), tag("zstd")
}

func TestO20_O23_Conditions(t *testing.T) {
	p := published(t, example(), options())
	plain, zipped, br, zstd := tags(t, p, "/pak-us.atom")
	seen := map[string]bool{}
	for _, tag := range []string{plain, zipped, br, zstd} {
		if seen[tag] || strings.HasPrefix(tag, "W/") {
			t.Fatalf("entity tags %s, %s, %s and %s", plain, zipped, br, zstd)
		}
		seen[tag] = true
	}
	const same, before = "If-Modified-Since: Mon, 09 Mar 2026 09:30:00 GMT",
		"If-Modified-Since: Mon, 09 Mar 2026 09:29:59 GMT"
	none := func(tag string) string { return "If-None-Match: " + tag }
	for _, c := range []struct {
		name    string
		headers []string
		tag     string // of the answer
		status  int
	}{
		{"no condition", nil, plain, 200}, {"match", []string{none(plain)}, plain, 304},
		{"weak", []string{none("W/" + plain)}, plain, 304}, {"any", []string{none("*")}, plain, 304},
		{"list", []string{none(`"a,b", W/"c" ,` + plain)}, plain, 304},
		{"two lines", []string{none(`"a"`), none(plain)}, plain, 304},
		{"other", []string{none(`"a", "b"`)}, plain, 200},
		{"a coding, of a client that says nothing", []string{none(zipped)}, zipped, 304},
		{"a coding, of a client that wants none", []string{none(zipped), "Accept-Encoding: "}, plain, 200},
		{"a coding, of a client that wants another one", []string{none(br), "Accept-Encoding: gzip"}, zipped, 200},
		{"a coding, of a client that rules it out", []string{none(zipped), "Accept-Encoding: *, gzip;q=0"}, "", 200},
		{"gzip", []string{none(zipped), "Accept-Encoding: gzip"}, zipped, 304},
		{"br", []string{none(br), "Accept-Encoding: gzip, br"}, br, 304},
		{"zstd", []string{none(zstd), "Accept-Encoding: zstd;q=0.5"}, zstd, 304},
		{"gzip while br is wanted more", []string{none(zipped), "Accept-Encoding: gzip;q=0.1, br"}, zipped, 304},
		{"plain while gzip is asked for", []string{none(plain), "Accept-Encoding: gzip"}, plain, 304},
		{"plain while it is ruled out", []string{none(plain), "Accept-Encoding: gzip, identity;q=0"}, zipped, 200},
		{"plain while all is ruled out", []string{none(plain), "Accept-Encoding: identity;q=0"}, plain, 304},
		{
			"all of them: what would be sent",
			[]string{none(plain + ", " + zipped + "," + br + "," + zstd), "Accept-Encoding: gzip"},
			zipped, 304,
		},
		{"any, with a coding", []string{none("*"), "Accept-Encoding: gzip"}, zipped, 304},
		{"broken", []string{none(strings.Trim(plain, `"`))}, plain, 200},
		{"unclosed", []string{none(`"abc`)}, plain, 200}, {"empty", []string{none("")}, plain, 200},
		{"W alone", []string{none("W/")}, plain, 200},
		{"since", []string{same}, plain, 304}, {"since before", []string{before}, plain, 200},
		{"since nonsense", []string{"If-Modified-Since: yesterday"}, plain, 200},
		{"since twice", []string{same, same}, plain, 200},
		{"since, with a coding", []string{same, "Accept-Encoding: gzip"}, zipped, 304},
		{"the tag wins over the date", []string{none(`"a"`), same}, plain, 200},
		{"the tag wins over the date (2)", []string{none(plain), before}, plain, 304},
		{"an empty list wins, too", []string{none(""), same}, plain, 200},
		{"range", []string{"Range: bytes=0-1"}, plain, 200},
		{"range if", []string{"Range: bytes=0-1", "If-Range: " + plain}, plain, 200},
		{"range too far", []string{"Range: bytes=99999999-"}, plain, 200},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			r := ask(p, method, "/pak-us.atom", c.headers...)
			h := r.Header
			if r.StatusCode != c.status || c.tag != "" && h.Get("ETag") != c.tag ||
				!strings.HasPrefix(h.Get("Vary"), "Accept-Encoding") || h.Get("Cache-Control") == "" ||
				h.Get("Last-Modified") == "" || h.Get("Content-Range") != "" {
				t.Errorf("%s %s: %d %v, want %d %s", method, c.name, r.StatusCode, h, c.status, c.tag)
			}
			if got := body(t, r); (got == "") != (method == "HEAD" || c.status == 304) {
				t.Errorf("%s %s: body of %d bytes", method, c.name, len(got))
			}
			for name := range h {
				if c.status == 304 && strings.HasPrefix(name, "Content-") {
					t.Errorf("%s %s: 304 with %s", method, c.name, name)
				}
			}
		}
	}
}

func TestO20_HeadIsGetWithoutBody(t *testing.T) {
	p := published(t, example(), options())
	for _, path := range []string{"/pak-us.atom", "/", "/pak-us/", "/pak-us", "/nothing", "/feeds.opml", "/piece/1/"} {
		for _, accept := range []string{"", "gzip", "br", "zstd", "*"} {
			get, head := ask(
				p, "GET", path, "Accept-Encoding: "+accept,
			), ask(p, "HEAD", path, "Accept-Encoding: "+accept)
			if get.StatusCode != head.StatusCode || len(get.Header) != len(head.Header) || body(t, head) != "" {
				t.Errorf("%s: HEAD %d %v, GET %d %v", path, head.StatusCode, head.Header, get.StatusCode, get.Header)
			}
			for name := range get.Header {
				if get.Header.Get(name) != head.Header.Get(name) {
					t.Errorf("%s: HEAD has %s %q, GET %q", path, name, head.Header.Get(name), get.Header.Get(name))
				}
			}
		}
	}
}

// FuzzRequest: every request is answered, in a coding the client can read.
func FuzzRequest(f *testing.F) {
	p := New(options(), rowsOf(example()))
	if err := p.publish(f.Context()); err != nil {
		f.Fatal(err)
	}
	f.Add("gzip;q=0.5, *", `"a", W/"b"`, "Mon, 09 Mar 2026 09:30:00 GMT", "10.0.0.1, [::1]:2")
	f.Add("br;q=,;;,", `W/"`, "", ",,")
	f.Fuzz(func(t *testing.T, accept, none, since, forwarded string) {
		r := ask(
			p, "GET", "/pak-us.atom", "Accept-Encoding: "+accept, "If-None-Match: "+none,
			"If-Modified-Since: "+since, "X-Forwarded-For: "+forwarded,
		)
		if r.StatusCode != 200 && r.StatusCode != 304 || r.Header.Get("ETag") == "" {
			t.Fatalf("%d %v", r.StatusCode, r.Header)
		}
		if got := r.Header.Get("Content-Encoding"); got != "" && !strings.Contains(strings.ToLower(accept), got) &&
			!strings.Contains(accept, "*") && !strings.Contains(strings.ToLower(accept), "x-gzip") {
			t.Fatalf("%q is answered with %s", accept, got)
		}
	})
}

// TestO26_NoDeltas: a request for a delta gets the whole document, as any other. feedparser asks for
// deltas on behalf of programs, and some take 226 for an error.
func TestO26_NoDeltas(t *testing.T) {
	s := example()
	p := published(t, s, options())
	had := ask(p, "GET", "/pak-us.atom").Header.Get("ETag")
	s.editions[0].Updated = s.editions[0].Updated.Add(time.Hour)
	if err := p.publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := ask(p, "GET", "/pak-us.atom", "A-IM: feed", "If-None-Match: "+had)
	body, _ := io.ReadAll(r.Body)
	if r.StatusCode != 200 || r.Header.Get("IM") != "" || !bytes.Equal(body, p.document("pak-us.atom")) {
		t.Errorf("%d, %v", r.StatusCode, r.Header)
	}
	if again := ask(
		p, "GET", "/pak-us.atom", "A-IM: feed", "If-None-Match: "+r.Header.Get("ETag"),
	); again.StatusCode != 304 {
		t.Errorf("again: %d", again.StatusCode)
	}
}
