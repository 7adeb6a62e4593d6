package publish

import (
	"encoding/json"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// trap is the head of a page that notes everything executed in it. Its policy reports scripts without
// blocking them. Pictures are allowed in a text, and not loaded.
const trap = `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="img-src 'none'"><script nonce="ours">
var found = [];
function note(what) { if (found.length < 200) found.push(String(what).slice(0, 300)); }
for (const name of ["alert", "confirm", "prompt", "print", "open", "xss", "evil"]) window[name] = () => { note(name + " was called"); };
document.addEventListener("securitypolicyviolation", e => { if (!e.effectiveDirective.startsWith("img-src")) note(e.effectiveDirective + " " + e.blockedURI + " " + e.sample); });
window.addEventListener("beforeunload", () => note("the page was left"));
</script></head><body>
`

// verdictScript inspects the page as parsed by the browser, then writes its findings for the test to
// read.
const verdictScript = `<script nonce="ours">
const held = document.getElementById("held"), again = document.createElement("div");
held.after(again);
for (const fragment of JSON.parse(document.getElementById("fragments").textContent)) { const d = document.createElement("div"); d.innerHTML = fragment; again.append(d); }
const elements = new Set("A ABBR ADDRESS ARTICLE ASIDE B BDI BLOCKQUOTE BR CAPTION CITE CODE DD DEL DETAILS DFN DIV DL DT EM FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR I IMG INS KBD LI MARK OL P PRE Q RP RT RUBY S SAMP SECTION SMALL SPAN STRONG SUB SUMMARY SUP TABLE TBODY TD TFOOT TH THEAD TIME TR U UL VAR WBR".split(" "));
for (const root of [held, again]) for (const e of root.querySelectorAll("*")) {
  if (!elements.has(e.tagName)) note("element " + e.tagName);
  for (const a of e.attributes) if (a.name.startsWith("on") || ["style", "srcdoc", "srcset", "action", "formaction", "id", "name"].includes(a.name)) note("attribute " + a.name + "=" + a.value);
  if (e.href !== undefined && e.getAttribute("href") !== null && !["http:", "https:", "mailto:"].includes(e.protocol)) note("address " + e.href);
  for (const type of ["click", "mouseover", "mouseenter", "focus", "pointerenter", "load", "error", "toggle", "animationstart"]) {
    const event = new Event(type, {bubbles: true, cancelable: true});
    event.preventDefault();
    if (e.tagName != "A" && e.tagName != "SUMMARY") e.dispatchEvent(event);
  }
}
if (document.title != "") note("title " + document.title);
setTimeout(() => { const out = document.createElement("pre"); out.id = "found"; out.textContent = JSON.stringify(found); document.documentElement.replaceChildren(out); }, 1500);
</script></body></html>`

// inBrowser shows fragments to headless Chromium, twice: as a part of a document and as innerHTML. It
// returns everything executed or otherwise wrong.
func inBrowser(t *testing.T, fragments []string) (found []string) {
	t.Helper()
	var page strings.Builder
	page.WriteString(trap + `<div id="held">`)
	for _, f := range fragments {
		page.WriteString("<div>" + f + "</div>\n")
	}
	list, err := json.Marshal(fragments)
	if err != nil {
		t.Fatal(err)
	}
	page.WriteString(`</div><script type="application/json" id="fragments">` + string(list) + "</script>" +
		verdictScript)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set(
			"Content-Security-Policy-Report-Only",
			"default-src 'none'; script-src 'nonce-ours' 'report-sample'; style-src 'none'; base-uri "+
				"'none'; form-action 'none'; img-src *; frame-src 'none'",
		)
		fmt.Fprint(w, page.String())
	}))
	defer server.Close()
	canary, calls := listen(t)
	out, err := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
		"--user-data-dir="+t.TempDir(),
		"--host-resolver-rules=MAP canary.example "+canary+", MAP *.example "+canary+
			", MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--virtual-time-budget=20000", "--timeout=60000", "--dump-dom", server.URL+"/").Output()
	if err != nil {
		t.Skipf("chromium does not run here: %v", err)
	}
	m := regexp.MustCompile(`(?s)<pre id="found">(.*?)</pre>`).FindSubmatch(out)
	if m == nil {
		return []string{fmt.Sprintf("the page did not come to its end: %.500s", out)}
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), &found); err != nil {
		t.Fatalf("%v in %.200q", err, m[1])
	}
	if n := calls(); n > 0 {
		found = append(found, fmt.Sprintf("%d calls to the canary", n))
	}
	return found
}

// listen counts the connections to an address of this machine, and closes them.
func listen(t *testing.T) (address string, calls func() int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			n.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), n.Load
}

// TestS8_NothingRunsInABrowser shows all sanitised payloads to a real browser: nothing runs, nothing is
// requested. The unsanitised payloads prove that the trap works.
func TestS8_NothingRunsInABrowser(t *testing.T) {
	notShort(t)
	if raced {
		t.Skip("a browser is too slow for the race detector")
	}
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("chromium is not installed (Debian package chromium): no browser reads what is sanitised")
	}
	all, s := ours(t), newSanitiser()
	caught := inBrowser(t, []string{"<img src=none onerror=alert(1)>", "<svg onload=alert(2)></svg>",
		"<p style='color:red'>x</p>", "<a href='javascript:alert(3)'>x</a>",
		"<iframe src='http://canary.example/'></iframe>", "<details open ontoggle=alert(4)>x</details>"})
	for _, want := range []string{
		"alert was called", "script-src-attr", "style-src-attr", "address javascript:",
		"element IFRAME", "frame-src", "calls to the canary",
	} {
		if !slices.ContainsFunc(caught, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("the trap does not catch %q: %q", want, caught)
		}
	}
	t.Run("of ours", func(t *testing.T) { runNothing(t, s, all) })
	t.Run("of others", func(t *testing.T) { runNothing(t, s, others(t)) })
}

func runNothing(t *testing.T, s *sanitiser, all []payload) {
	for chunk := range slices.Chunk(all, 1500) {
		fragments := make([]string, len(chunk))
		for i, p := range chunk {
			fragments[i] = s.sanitise(p.HTML)
		}
		for _, f := range inBrowser(t, fragments) {
			t.Errorf("%s", f)
		}
	}
}
