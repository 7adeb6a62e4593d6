package publish

import (
	"net/http"
	"slices"
	"strings"

	"oped"
)

// A reader that has a version of a feed and says `A-IM: feed` is sent the feed with those entries only that are not in that version (RFC 3229, with the instance
// manipulation "feed" that feeds have beside those of the standard). Readers that say nothing of the kind see no difference.

const pastVersions = 8 // of a feed that are remembered, in memory

// version is what a feed held, in Atom and in RSS.
type version struct {
	tags []string                // under which it was sent
	made map[oped.PieceID]string // its entries: digest of what each was made of
}

// entryAt is where an entry stands in a document.
type entryAt struct {
	piece    oped.PieceID
	from, to int64
}

// follow lets the feeds of a head be told apart from the versions of them that readers have.
func (p *Publisher) follow(files map[string]*representation, edition string, h *headDocument) {
	now := &version{made: make(map[oped.PieceID]string, len(h.galleys))}
	for i, g := range h.galleys {
		now.made[h.pieces[i].ID] = g.made
	}
	for _, f := range []Format{Atom, RSS} { // in JSON a comma stands between entries
		name := feedFile(edition, f)
		if rep, before := files[name], p.served(name); rep != before {
			rep.follow(before, now, h.entries(f))
		}
	}
}

// follow makes a document the one after another, which is nil if there is none.
func (rep *representation) follow(before *representation, now *version, entries []entryAt) {
	rep.version, rep.entries = now, entries
	for _, e := range slices.Concat(rep.codings, []encoded{rep.plain}) {
		now.tags = append(now.tags, e.etag)
	}
	if before != nil && before.version != nil {
		rep.past = append([]*version{before.version}, before.past[:min(len(before.past), pastVersions-1)]...)
	}
	for _, r := range []*representation{rep, rep.shown} {
		r.always[0] = newField("Vary", r.always[0].value[0]+", A-IM")
	}
}

// entries are where the pieces stand in the document of a format. One of which only the headline fits is told anew each time.
func (h *headDocument) entries(f Format) (all []entryAt) {
	for i, g := range h.galleys {
		if s := g.set[f]; s.to > 0 {
			all = append(all, entryAt{h.pieces[i].ID, s.from, s.to})
		}
	}
	return all
}

// delta is the document without the entries that a client has, nil if it has not asked for that, has no version that is known, or would be sent more than the whole.
func (rep *representation) delta(h http.Header, whole *encoded) []byte {
	if len(rep.past) == 0 || !asksForDelta(h["A-Im"]) || wantsOf(h["Accept-Encoding"])[identity] == 0 {
		return nil
	}
	has := func(v *version) bool {
		return slices.ContainsFunc(v.tags, func(tag string) bool { return anyMatches(h["If-None-Match"], tag) })
	}
	if i := slices.IndexFunc(rep.past, has); i >= 0 {
		if d := rep.without(rep.past[i]); len(d) < len(whole.body) {
			return d
		}
	}
	return nil
}

// without is the document without the entries that a version has.
func (rep *representation) without(v *version) []byte {
	d := []byte{}
	at := int64(0)
	for _, e := range rep.entries {
		if v.made[e.piece] == rep.version.made[e.piece] {
			d = append(d, rep.plain.body[at:e.from]...)
			at = e.to
		}
	}
	return append(d, rep.plain.body[at:]...)
}

// asksForDelta reads the A-IM fields of a request (RFC 3229 §10.5.3).
func asksForDelta(lines []string) bool {
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			name, parameters, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.Trim(name, " \t"), "feed") && weight(parameters) > 0 {
				return true
			}
		}
	}
	return false
}

// serveDelta answers with a delta to the document whose entity tag is told. It is of use to who asked alone, so that no cache keeps it.
func serveDelta(w http.ResponseWriter, r *http.Request, rep *representation, delta []byte) {
	h := w.Header()
	rep.plain.tag.setTo(h)
	for _, f := range rep.whole {
		f.setTo(h)
	}
	h["IM"] = []string{"feed"}
	h["Cache-Control"] = []string{"no-store"}
	w.WriteHeader(http.StatusIMUsed)
	if r.Method != http.MethodHead {
		w.Write(delta)
	}
}
