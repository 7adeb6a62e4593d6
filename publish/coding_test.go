package publish

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"oped/publish/coding"
)

// decoded reads a coded body with the decoder for its Content-Encoding.
func decoded(t rapid.TB, coding string, from io.Reader) []byte {
	t.Helper()
	var err error
	switch coding {
	case "":
	case "gzip":
		from, err = gzip.NewReader(from)
	case "br":
		from = brotli.NewReader(from)
	case "zstd":
		var z *zstd.Decoder
		// as browsers have it (RFC 9659)
		if z, err = zstd.NewReader(from, zstd.WithDecoderMaxWindow(8<<20)); err == nil {
			defer z.Close()
			from = z
		}
	default:
		t.Fatalf("no such coding: %s", coding)
	}
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	b, err := io.ReadAll(from)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return b
}

// TestO23_Negotiation: * means the smallest coding.
func TestO23_Negotiation(t *testing.T) {
	p := published(t, example(), options())
	const smallest = "br"
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "GZIP": "gzip", "x-gzip": "gzip", "br": "br", "zstd": "zstd", "deflate": "",
		"compress, snappy": "", "gzip, compress": "gzip",
		"deflate, gzip;q=0.5": "gzip", "gzip;q=0": "", "gzip;q=0.000": "", "gzip; q=1.0": "gzip",
		"gzip ; Q = 0.3": "gzip", "gzip;q=0.001": "gzip", "gzip;q=nonsense": "", "gzip;q=2": "", "gzip;q=-1": "",
		"gzip;q=NaN": "", "gzip;level=9": "",
		"*": smallest, "*;q=0": "", "*;q=0.1": smallest, "*, br;q=0, zstd;q=0": "gzip", "identity": "",
		"identity;q=0": "", "identity;q=0, gzip": "gzip", "*;q=0, gzip": "gzip", "identity;q=0, *;q=0": "",
		"gzip;q=0.3, identity;q=0.8": "", "gzip;q=0.8, identity;q=0.3": "gzip", "gzip;q=0.5, *;q=0": "gzip",
		"identity, gzip": "gzip", "gzip;q=0.5, identity, *;q=0.1": "",
		"gzip, br;q=0.9": "gzip", "gzip;q=0.9, br;q=0.9, zstd;q=0.1": "br", "gzip, zstd;q=0.5": "gzip",
		"gzip, deflate, br, zstd": "br", "br;q=0, gzip": "gzip", "zstd, gzip;q=0.2, br;q=0.2": "zstd",
		",,gzip,,": "gzip", ";": "", "gzip;": "gzip", "\tbr\t": "br",
	} {
		r := ask(p, "GET", "/pak-us.atom", "Accept-Encoding: "+accept)
		if got := r.Header.Get("Content-Encoding"); r.StatusCode != 200 || got != want {
			t.Errorf("%q: %d, coding %q, want %q", accept, r.StatusCode, got, want)
		} else if !bytes.Equal(decoded(t, got, r.Body), p.document("pak-us.atom")) {
			t.Errorf("%q: other bytes", accept)
		}
	}
	if r := ask(
		p, "GET", "/pak-us.atom", "Accept-Encoding: br;q=0.1", "Accept-Encoding: gzip",
	); r.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("two lines: %v", r.Header)
	}
	if r := ask(p, "GET", "/pak-us.atom"); r.Header.Get("Content-Encoding") != "" {
		t.Errorf("without a word: %v", r.Header)
	}
}

// TestO23_EveryCodingDecodes: each gives the plain bytes back, and is the same whatever was compressed before.
func TestO23_EveryCodingDecodes(t *testing.T) {
	used := coding.NewEncoder()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zا-ی<>&;/ ]{1,12}`), 0, 40).Draw(t, "words")
		body := []byte(strings.Repeat(strings.Join(words, " "), rapid.IntRange(0, 60).Draw(t, "times")))
		body = append(body, rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "noise")...)
		for _, c := range coding.Compressing() {
			one, err := used.Encode(c, body)
			if err != nil {
				t.Fatal(err)
			}
			two, err := coding.NewEncoder().Encode(c, body)
			if err != nil || !bytes.Equal(one, two) {
				t.Fatalf("%s: other bytes: %v", c, err)
			}
			if !bytes.Equal(decoded(t, c.String(), bytes.NewReader(one)), body) {
				t.Fatalf("%s does not give the body back", c)
			}
		}
	})
}

// TestO20_O21_TagsSurviveARestart: another process makes the same tags for every coding, and hence
// for every reader.
func TestO20_O21_TagsSurviveARestart(t *testing.T) {
	const child = "OPED_TEST_TAGS"
	p := published(t, example(), options())
	var lines []string
	for name := range p.all() {
		for _, c := range append(coding.Compressing(), coding.Identity) {
			lines = append(lines, name+" "+ask(p, "HEAD", "/"+name, "Accept-Encoding: "+c.String()).Header.Get("ETag"))
		}
	}
	slices.Sort(lines)
	said := strings.Join(lines, "\n")
	if file := os.Getenv(child); file != "" {
		if err := os.WriteFile(file, []byte(said), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	file := t.TempDir() + "/tags"
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if other, err := os.ReadFile(file); err != nil || string(other) != said {
		t.Errorf("another process says\n%s\nand we say\n%s", other, said)
	}
}

// TestO23_Archives: archives are there in all codings, too.
func TestO23_Archives(t *testing.T) {
	s, o := shelved(t)
	p := published(t, s, o)
	for _, path := range []string{"/pak-us/archive/1.atom", "/pak-us/archive/1.json"} {
		plain, _ := io.ReadAll(ask(p, "GET", path).Body)
		if len(plain) == 0 {
			t.Fatalf("there is no %s", path)
		}
		for _, c := range []string{"gzip", "br", "zstd"} {
			r := ask(p, "GET", path, "Accept-Encoding: "+c)
			if r.Header.Get("Content-Encoding") != c || !bytes.Equal(decoded(t, c, r.Body), plain) {
				t.Errorf("%s in %s: %v", path, c, r.Header)
			}
			if again := ask(
				p, "GET", path, "Accept-Encoding: "+c, "If-None-Match: "+r.Header.Get("ETag"),
			); again.StatusCode != 304 {
				t.Errorf("%s in %s again: %d", path, c, again.StatusCode)
			}
		}
	}
}
