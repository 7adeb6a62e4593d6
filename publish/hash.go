package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"oped/publish/page"
)

// optionsVersion returns a hash of the options and templates that pages of pieces depend on.
func optionsVersion(o *Options) string {
	var h hasher
	h.strings(newAddresses(o.BaseURL).base, o.Version)
	h.strings(page.Sources()...)
	h.strings(o.Title, o.Description, logoName(o.Logo), cmp.Or(o.Timezone, time.UTC).String())
	h.times(o.Unlinked)
	for _, e := range o.Sections[:min(len(o.Sections), maxSections+1)] {
		h.strings(e.Name, e.Title, e.Lang)
	}
	for _, e := range o.Sections {
		h.strings(e.Lang) // all together decide the language of the site's own pages
	}
	h.numbers(int64(o.Excerpt), boolToInt(o.Explain != nil), boolToInt(o.Catalog != nil), boolToInt(o.Health))
	switch o.Search {
	case NoSearch:
		h.strings("no search")
	case NoServer:
		h.strings("no server")
	case IndexSearch:
		h.strings(page.Script())
	}
	for _, t := range o.Topics {
		h.strings(t.Name, t.Title)
	}
	return string(h.version())
}

// version returns a hash of the values.
func (h hasher) version() Version {
	sum := sha256.Sum256(h)
	return Version(base64.RawURLEncoding.EncodeToString(sum[:18]))
}

// hasher gathers values so that no two sequences of them look the same.
type hasher []byte

func (h *hasher) strings(all ...string) {
	for _, s := range all {
		*h = append(binary.AppendUvarint(*h, uint64(len(s))), s...)
	}
}

func (h *hasher) numbers(all ...int64) {
	for _, n := range all {
		*h = binary.AppendVarint(*h, n)
	}
}

func (h *hasher) times(all ...time.Time) {
	for _, t := range all {
		h.numbers(t.Unix(), int64(t.Nanosecond()))
	}
}

func boolToInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
