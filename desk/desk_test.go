package desk

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"oped"
	"oped/app"
	"oped/internal/newstest"
	"oped/internal/testkit"
)

// A house is a daemon with a desk, on a clock that only goes forward. Its requests need no connection.
type house struct {
	*testing.T
	desk    *Handler
	config  string             // path
	address string             // host:port of the pages
	stop    context.CancelFunc // ends the daemon
	log     lockedBuffer
	mu      sync.Mutex
	ahead   time.Duration // of the clock
}

// lockedBuffer is a buffer for a log.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// origin is the address of the desk in tests, unless a test names another one.
const origin = "http://localhost:8080"

// newHouse runs a daemon until the test ends, and returns when it has fetched its paper of three entries.
// more is YAML for its configuration.
func newHouse(t *testing.T, more string) *house {
	t.Helper()
	h := &house{T: t}
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	if !strings.Contains(more, "desk:") {
		more += "\ndesk: {url: '" + origin + "'}\n"
	}
	if !strings.Contains(more, "\nlisten:") {
		more += "\nlisten: 127.0.0.1:0\n"
	}
	path := filepath.Join(t.TempDir(), "oped.db")
	testkit.EmptyStore(t, path)
	h.run(fmt.Sprintf(`
store: %s
base_url: http://pages.example
fetch: {allow_private: [127.0.0.0/8], spacing: 0s}
editions: {all: {}, picks: {curated: true}}
feeds: [{name: paper, url: "%s/feed", opinion: always}]
%s`, path, paper.URL, more), 1)
	return h
}

// run runs a daemon until the test ends or stop is called, and returns when it has fetched some feeds once.
func (h *house) run(config string, feeds int) {
	h.config = testkit.WriteConfig(h.T, config)
	o := app.Options{
		Log: slog.New(slog.NewTextHandler(&h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now: h.now,
	}
	serving, fetched, ended := make(chan string, 1), make(chan bool), make(chan error, 1)
	seen := map[string]bool{}
	d := app.Daemon{
		Config:  h.config,
		Refused: func(err error) { h.Error(err) },
		Serving: func(at string) { serving <- at },
		Fetched: func(f oped.Fetched, _ oped.Changes) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if seen[f.Feed.URL] = true; feeds > 0 && len(seen) == feeds {
				feeds = 0
				close(fetched)
			}
		},
		Desk: func(l *app.Live) http.Handler {
			h.desk = New(l)
			h.desk.hashing.derive = quickHash
			return h.desk
		},
	}
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	go func() { ended <- app.Serve(ctx, o, d) }()
	h.Cleanup(func() {
		cancel()
		<-ended
	})
	select {
	case h.address = <-serving:
	case err := <-ended:
		ended <- err
		h.Fatal("the daemon ended:", err)
	}
	<-fetched
}

// quickHash is argon2id with little memory, since most tests are not about its cost.
func quickHash(password, salt []byte, _, _ uint32, _ uint8, size uint32) []byte {
	return argon2.IDKey(password, salt, 1, 64, 1, size)
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Now().Add(h.ahead)
}

// pass moves the clock forward.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ahead += d
}

func (h *house) accounts() app.Accounts { return h.desk.live.App().Accounts() }

// logged returns the lines of the log with a text.
func (h *house) logged(text string) (lines []string) {
	for line := range strings.Lines(h.log.String()) {
		if strings.Contains(line, text) {
			lines = append(lines, line)
		}
	}
	return lines
}

// guest is a browser.
type guest struct {
	*house
	origin string
	peer   string // at the other end of its connection
	jar    *cookiejar.Jar
}

func (h *house) guest() *guest {
	jar, _ := cookiejar.New(nil)
	return &guest{h, origin, "192.0.2.1", jar}
}

// send sends a request of the browser. header has names and values.
func (g *guest) send(method, page string, form url.Values, header ...string) *httptest.ResponseRecorder {
	g.Helper()
	return g.sendBody(method, page, "application/x-www-form-urlencoded", form.Encode(), header...)
}

func (g *guest) sendBody(method, page, mediaType, body string, header ...string) *httptest.ResponseRecorder {
	g.Helper()
	address := g.origin + app.DeskPath + page
	if strings.HasPrefix(page, "/") {
		address = g.origin + page
	}
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	r.RemoteAddr = g.peer + ":5000"
	if strings.Contains(g.peer, ":") {
		r.RemoteAddr = "[" + g.peer + "]:5000"
	}
	r.RequestURI, r.TLS = r.URL.RequestURI(), nil
	if method == "POST" {
		r.Header.Set("Content-Type", mediaType)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	at, _ := url.Parse(address)
	for _, c := range g.jar.Cookies(at) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	g.desk.ServeHTTP(w, r)
	g.jar.SetCookies(at, w.Result().Cookies())
	return w
}

func (g *guest) get(page string, header ...string) *httptest.ResponseRecorder {
	g.Helper()
	return g.send("GET", page, nil, header...)
}

// post sends a form; fields has names and values.
func (g *guest) post(page string, fields ...string) *httptest.ResponseRecorder {
	g.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return g.send("POST", page, form)
}

// want fails the test unless an answer has a status and texts.
func (g *guest) want(w *httptest.ResponseRecorder, status int, texts ...string) *httptest.ResponseRecorder {
	g.Helper()
	if w.Code != status {
		g.Fatalf("status %d, not %d; Location %q:\n%.1500s", w.Code, status, w.Header().Get("Location"), w.Body)
	}
	for _, text := range texts {
		if !strings.Contains(w.Body.String(), text) {
			g.Errorf("the page has no %q:\n%.6000s", text, w.Body)
		}
	}
	return w
}

// signedIn reports whether the browser has a session.
func (g *guest) signedIn() bool {
	g.Helper()
	return g.get("own").Code == http.StatusOK
}

// goodPassword is the password of every account in tests.
const goodPassword = "four words are enough"

// enter opens a browser for a new account, signed in by its one-time link.
func (h *house) enter(name string, role oped.Role) *guest {
	h.Helper()
	link, err := app.Do(h.Context(), h.desk.live, app.AddAccount, app.NewAccount{Name: name, Role: role})
	must(h.T, err)
	g := h.guest()
	g.want(g.open(link.URL, "password", goodPassword), http.StatusSeeOther)
	return g
}

// open sends the form of a one-time link.
func (g *guest) open(link string, fields ...string) *httptest.ResponseRecorder {
	g.Helper()
	_, page, _ := strings.Cut(link, app.DeskPath)
	return g.post(page, fields...)
}

// signIn sends the form for signing in.
func (g *guest) signIn(name, password string) *httptest.ResponseRecorder {
	g.Helper()
	return g.post("sign-in", "name", name, "password", password)
}

// account returns an account of the list.
func (h *house) account(name string) app.ListedAccount {
	h.Helper()
	all, err := h.accounts().List(h.Context())
	must(h.T, err)
	for _, a := range all {
		if a.Name == name {
			return a
		}
	}
	h.Fatalf("no account %s", name)
	return app.ListedAccount{}
}

// names returns the names of all accounts.
func (h *house) names() (names []string) {
	all, err := h.accounts().List(h.Context())
	must(h.T, err)
	for _, a := range all {
		names = append(names, a.Name)
	}
	return names
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var linkForm = regexp.MustCompile(`<code>([^<]+)</code>`)

// linkOn returns the one-time link on a page.
func (g *guest) linkOn(w *httptest.ResponseRecorder) string {
	g.Helper()
	found := linkForm.FindStringSubmatch(w.Body.String())
	if found == nil {
		g.Fatalf("no link:\n%s", w.Body)
	}
	return found[1]
}

// sendTo sends a request over a connection to the daemon, and returns the status and the body.
func (h *house) sendTo(host, path string) (int, string) {
	h.Helper()
	r, err := http.NewRequest("GET", "http://"+h.address+path, nil)
	must(h.T, err)
	if host != "" {
		r.Host = host
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	must(h.T, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(h.T, err)
	return res.StatusCode, string(body)
}
