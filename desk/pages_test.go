package desk

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/app"
	"oped/internal/testkit"
)

// office is a house with papers of several feeds, and browsers with connections.
type office struct {
	*house
	base   string // of the desk
	papers *httptest.Server

	mu      sync.Mutex
	bodies  map[string]string // by path; answered as RSS if they are
	holding map[string]chan struct{}
}

// item is an entry of a feed.
func item(n int, title, words string) string {
	twice := html.EscapeString(html.EscapeString(title)) // titles are HTML
	return fmt.Sprintf("<item><guid>g%d</guid><link>http://papers.example/opinion/%[1]d</link><title>%s</title>"+
		"<description>%s</description><pubDate>%s</pubDate></item>", n, twice, html.EscapeString(words),
		time.Now().Add(-time.Duration(n)*time.Minute).UTC().Format(time.RFC1123Z))
}

func rss(title string, items ...string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>` + html.EscapeString(html.EscapeString(title)) +
		`</title><language>en</language>` + strings.Join(items, "") + `</channel></rss>`
}

// attack is markup that must never reach a page as such.
const attack = `<script>window.ran=1</script>'"><img src=x onerror=window.ran=1>`

// newOffice runs a daemon until the test ends, and returns when it has fetched every feed once.
func newOffice(t *testing.T, bodies map[string]string) *office {
	t.Helper()
	o := &office{house: &house{T: t}, bodies: bodies, holding: map[string]chan struct{}{}}
	o.papers = httptest.NewServer(o)
	t.Cleanup(o.papers.Close)
	feeds := ""
	for path := range bodies {
		if strings.HasPrefix(path, "/feed") {
			feeds += fmt.Sprintf("  - {name: %s, url: %q, publisher: %s, group: morning, opinion: always}\n",
				strings.TrimPrefix(path, "/"), o.papers.URL+path, strings.TrimPrefix(path, "/"))
		}
	}
	path := filepath.Join(t.TempDir(), "oped.db")
	testkit.EmptyStore(t, path)
	o.run(fmt.Sprintf(`
base_url: http://localhost
listen: 127.0.0.1:0
store: %s
desk: {}
fetch: {allow_private: [127.0.0.0/8], spacing: 10ms}
topics: {water: {title: Water, score: {river: 1}, threshold: 1}}
editions:
  all: {title: All opinion}
  picks: {title: Our picks, topics: water, curated: true}
  water: {title: Water news, topics: water}
  urdu: {title: Water in Urdu, topics: water, langs: ur}
  week: {title: The week, digest: weekly}
feeds:
%s`, path, feeds), strings.Count(feeds, "name:"))
	o.base = "http://" + o.address + app.DeskPath
	t.Cleanup(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, c := range o.holding {
			close(c)
		}
		o.holding = nil
	})
	return o
}

// ServeHTTP answers for the papers.
func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	body, held := o.bodies[r.URL.Path], o.holding[r.URL.Path]
	o.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
		}
	}
	if body == "" {
		http.NotFound(w, r)
		return
	}
	if strings.HasPrefix(body, "<?xml") {
		w.Header().Set("Content-Type", "application/rss+xml")
	}
	io.WriteString(w, body)
}

// person is a browser with an account.
type person struct {
	*office
	client *http.Client
}

// as returns a new person with a role.
func (o *office) as(name string, role oped.Role) *person {
	o.Helper()
	link, err := app.Do(context.Background(), o.desk.live, app.AddAccount, app.NewAccount{Name: name, Role: role})
	must(o.T, err)
	p := &person{o, newClient(o.T)}
	at, err := url.Parse(link.URL)
	must(o.T, err)
	p.post("enter/"+at.Path[strings.LastIndex(at.Path, "/")+1:], url.Values{"password": {"four words make one"}})
	return p
}

func newClient(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &http.Client{Jar: jar}
}

// get returns a page, and its status.
func (p *person) get(page string) (int, string) {
	p.Helper()
	return p.answer(p.client.Get(p.base + page))
}

// post sends a form, and returns the page after it.
func (p *person) post(page string, form url.Values) (int, string) {
	p.Helper()
	return p.answer(p.client.PostForm(p.base+page, form))
}

func (p *person) answer(r *http.Response, err error) (int, string) {
	p.Helper()
	must(p.T, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	must(p.T, err)
	return r.StatusCode, string(body)
}

// has reports an error unless a page has all of some parts.
func (p *person) has(body string, parts ...string) {
	p.Helper()
	for _, part := range parts {
		if !strings.Contains(body, part) {
			_, shown, _ := strings.Cut(body, "<main")
			p.Errorf("the page lacks %q:\n%s", part, shown[:min(len(shown), 4000)])
		}
	}
}

// until asks for a page until it has a part.
func (p *person) until(page, part string) string {
	p.Helper()
	for tick, began := time.NewTicker(20*time.Millisecond), time.Now(); time.Since(began) < 30*time.Second; <-tick.C {
		if _, body := p.get(page); strings.Contains(body, part) {
			return body
		}
	}
	p.Fatalf("%s never has %q", page, part)
	return ""
}
