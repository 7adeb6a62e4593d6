package publish

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // the templates and the style sheet
	"encoding/hex"
	"html/template"
	"strings"
	"time"

	"oped"
	"oped/topic"
)

// defaultExcerpt is how many words of a piece are republished where nothing says otherwise.
const defaultExcerpt = 60

// Renderer turns rows into documents. It touches no clock, network, file or logger: the same rows give the same bytes. It may
// be used from several goroutines.
type Renderer struct {
	base      string
	version   string
	excerpt   int
	topics    map[string]string // titles by name
	library   bool              // there are pages of publishers and authors, and a search
	contact   string
	judge     func() *topic.Tagger
	explain   func(*oped.Piece) []topic.Explanation
	print     string // of all else that the page of a piece depends on
	sanitiser *Sanitiser
	encoder   *encoder
	pages     *template.Template
	styleName string // of the style sheet
	frames    map[*words]*frame
}

//go:embed pages.html
var pages string

//go:embed style.css
var style string

//go:embed feed.css
var feedStyle string // by which browsers show feeds

// NewRenderer makes a Renderer. Of the options it uses BaseURL, Version, Excerpt, Topics, Explain, Judge and Contact, and whether there is a Library.
func NewRenderer(o Options) *Renderer {
	sum := sha256.Sum256([]byte(style))
	r := &Renderer{
		base:      trimBase(o.BaseURL),
		version:   o.Version,
		excerpt:   cmp.Or(o.Excerpt, defaultExcerpt),
		topics:    make(map[string]string, len(o.Topics)),
		library:   o.Library != nil,
		contact:   strings.TrimSpace(o.Contact),
		judge:     o.Judge,
		explain:   o.Explain,
		print:     fingerprint(o),
		sanitiser: NewSanitiser(),
		encoder:   newEncoder(),
		pages:     template.Must(template.New("pages").Parse(pages)),
		styleName: "style-" + hex.EncodeToString(sum[:6]) + ".css",
	}
	r.frames = map[*words]*frame{&english: r.newFrame(&english), &urdu: r.newFrame(&urdu)}
	for _, t := range o.Topics {
		r.topics[t.Name] = line(t.Title)
	}
	return r
}

// latest is the later of an entry's own times, as far as they are believed.
func latest(e *oped.Entry) time.Time {
	if e.Updated.After(e.Published) && (e.FirstSeen.IsZero() || !e.Updated.After(e.FirstSeen)) {
		return e.Updated
	}
	return e.Date()
}

func trimBase(baseURL string) string { return strings.TrimRight(baseURL, "/") }
