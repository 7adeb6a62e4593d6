package desk

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"oped"
	"oped/publish/page"
	"oped/text"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed desk.css
var ownStyle string

//go:embed desk.js
var script string

//go:embed passkey.js
var passkeyScript string

// style is the style sheet: that of the published pages, and our own.
var style = page.Style + ownStyle

// styleName returns the name of the style sheet. It contains a hash of the content.
func styleName() string { return "style-" + shortHash(style) + ".css" }

// scriptName returns the name of the script. It contains a hash of the content.
func scriptName() string { return "desk-" + shortHash(script) + ".js" }

// passkeyScriptName returns the name of the script of pages with passkeys. It contains a hash of the content.
func passkeyScriptName() string { return "passkey-" + shortHash(passkeyScript) + ".js" }

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}

// agoElement returns an element with a time relative to now. The exact time is its title; paper shows that.
func agoElement(now, t time.Time) template.HTML {
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s"><span class="screen">%s</span></time>`,
		t.Format(time.RFC3339), t.Format("2 January 2006, 15:04"), ago(now, t)))
}

// dayElement returns an element with a day, given as 2006-01-02.
func dayElement(day string) template.HTML {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return template.HTML(`<time datetime="` + day + `">` + t.Format("2 January 2006") + `</time>`)
}

// authorsBeside returns authors without the papers beside them: many papers sign with their own name.
func authorsBeside(authors, papers []string) []string {
	return slices.DeleteFunc(slices.Clone(authors), func(author string) bool {
		return slices.ContainsFunc(papers, func(paper string) bool { return text.Fold(paper) == text.Fold(author) })
	})
}

// who returns the author of a decision for people.
func who(by string) string {
	if by == oped.ByConfig {
		return "the configuration"
	}
	return by
}

// title returns a text with a capital.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// view is a page of the desk: the frame of every page, and what its template shows.
type view struct {
	Title   string
	Section string // the current one of the navigation; "" if none
	Body    any
	Lang    string // of the title; "": English
	Dir     string // of the title; "": left to right

	Keys      []keyView // of the acts of the page
	DoneBelow bool      // Done is shown in the body

	// Set by show:
	Site    string       // title of the published pages
	Account oped.Account // the zero value: nobody is signed in
	Proxied bool         // a proxy signed the account in
	Here    string       // this page, for the way back after an act
	Done    *doneView    // the act that led here; nil: none
	Notice  notice       // of another act; the zero value: none
}

// views holds the templates, for each path of the desk.
type views struct {
	now    func() time.Time
	mu     sync.Mutex
	byBase map[string]*template.Template
}

func newViews(now func() time.Time) *views {
	return &views{now: now, byBase: map[string]*template.Template{}}
}

// at returns the templates for a desk at an address, and a zone for its times.
func (x *views) at(base string, zone *time.Location) *template.Template {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := base + " " + zone.String()
	if t := x.byBase[key]; t != nil {
		return t
	}
	words := page.NewWords()
	t := template.Must(template.New("desk").Funcs(template.FuncMap{
		"at":            func(page string) string { return base + page },
		"style":         styleName,
		"script":        scriptName,
		"passkeyScript": passkeyScriptName,
		"browser":       browser,
		"time":          func(t time.Time) string { return t.In(zone).Format("2 Jan 2006, 15:04") },
		"stamp":         func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"ago":           func(t time.Time) template.HTML { return agoElement(x.now(), t.In(zone)) },
		"since":         func(t *time.Time) template.HTML { return sinceElement(x.now(), t, zone) },
		"next":          func(t *time.Time) template.HTML { return dueElement(x.now(), t, zone) },
		"condition":     func(state string) string { return conditions[state] },
		"title":         title,
		"reasons":       reasons,
		"kind":          func(k oped.PieceKind) string { return words.Kind("en", string(k)) },
		"language":      func(of string) string { return words.Language("en", of) },
		"may":           func(a oped.Account, r string) bool { return a.Role.May(oped.Role(r)) },
		"day":           dayElement,
		"authors":       authorsBeside,
		"who":           who,
		"zone":          zone.String,
		"afternoon":     func() bool { return x.now().In(zone).Hour() >= 12 },
	}).ParseFS(templateFiles, "templates/*.html"))
	x.byBase[key] = t
	return t
}

// sinceElement returns an element with a time that may be unknown, relative to now.
func sinceElement(now time.Time, t *time.Time, zone *time.Location) template.HTML {
	if t == nil {
		return "–"
	}
	return agoElement(now, t.In(zone))
}

// dueElement returns an element with the time of the next fetch.
func dueElement(now time.Time, t *time.Time, zone *time.Location) template.HTML {
	if t != nil && !t.After(now) {
		return "due"
	}
	return sinceElement(now, t, zone)
}

// siteTitle returns the title of the published pages.
func (v *visit) siteTitle() string { return cmp.Or(v.app.Config().Publish.Title, "oped") }

// show writes a page. An error of a template is a bug, and answers 500.
func (v *visit) show(name string, x *view) {
	cfg := v.app.Config()
	x.Site, x.Account = v.siteTitle(), v.account
	x.Here, x.Keys = v.here(), v.keys(x.Keys)
	x.Proxied = v.session.Method == oped.ByProxy
	if x.Done == nil && !x.DoneBelow {
		x.Done = v.done()
	}
	x.Notice = v.said()
	var b bytes.Buffer
	if err := v.views.at(v.at(""), cfg.Publish.Timezone).ExecuteTemplate(&b, name, x); err != nil {
		v.live.Log().Error("desk failed", "page", name, "err", err)
		http.Error(v.w, "the desk failed at this page", http.StatusInternalServerError)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Write(b.Bytes())
}

// asksJSON reports whether the script of a page made the request.
func (v *visit) asksJSON() bool {
	return strings.HasPrefix(v.r.Header.Get("Accept"), "application/json")
}

// json answers with a value.
func (v *visit) json(status int, x any) error {
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	return json.NewEncoder(v.w).Encode(x)
}

func assetRoutes() []route {
	asset := func(name, mediaType, content string) route {
		return route{"GET", name, "", func(v *visit) error {
			v.w.Header().Set("Content-Type", mediaType)
			v.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			_, err := v.w.Write([]byte(content))
			return err
		}}
	}
	return []route{
		asset(styleName(), "text/css; charset=utf-8", style),
		asset(scriptName(), "text/javascript; charset=utf-8", script),
		asset(passkeyScriptName(), "text/javascript; charset=utf-8", passkeyScript),
		asset(page.FontName(), "font/woff2", page.Font),
	}
}
