package publish

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"

	"oped"
	"oped/internal/regular"
)

// Each issue of a digest edition has a page and documents of its own. The documents are the archives of the edition (RFC 5005 §4): each holds one issue, which never
// becomes another. They are made of rows, unlike those of other editions, so that what is withdrawn leaves them. Those of issues that are not at the head are
// made when somebody asks; as files there are all.

// issueFormats are the formats of an issue's own documents.
func issueFormats() []Format { return []Format{Atom, JSON} }

func issueFeedFile(edition, name string, f Format) string {
	return edition + "/" + name + "." + string(f)
}

func (r *Renderer) issueFeedURL(edition, name string, f Format) string {
	return r.base + "/" + issueFeedFile(edition, name, f)
}

const periodName = `[0-9]{4}-(?:W[0-9]{2}|[0-9]{2}(?:-[0-9]{2})?)`

var (
	issueFileName = regexp.MustCompile(`^([a-z0-9-]{1,64})/(` + periodName + `)(?:/index\.html|\.(atom|json))$`)
	issueEntry    = regexp.MustCompile(`^(` + periodName + `)(?:\.(?:atom|json)(?:\.(?:gz|br|zst))?)?$`) // of a folder
)

// issueAt is where a file of an issue is made from.
type issueAt struct {
	edition oped.EditionState
	all     []issue // of the edition
	at      int     // which of them
	format  Format  // "": its page
}

// issueNamed finds the issue that a file is of.
func (s *site) issueNamed(file string) (in issueAt, ok bool) {
	m := issueFileName.FindStringSubmatch(file)
	if m == nil {
		return in, false
	}
	in.all, in.format = s.issues[m[1]], Format(m[3])
	in.at = slices.IndexFunc(in.all, func(n issue) bool { return n.name == m[2] })
	e := slices.IndexFunc(s.editions, func(e oped.EditionState) bool { return e.Name == m[1] })
	if in.at < 0 || e < 0 {
		return in, false
	}
	in.edition = s.editions[e]
	return in, true
}

// issueSheet is the archive that holds an issue.
func issueSheet(e oped.EditionState, all []issue, at int, archive int64) *Sheet {
	s := &Sheet{Edition: e, Issue: all[at].name}
	s.Edition.Updated = all[at].updated()
	if at > 0 {
		s.Later = all[at-1].name
	}
	s.stands(all[at+1:], archive)
	return s
}

// stands notes what stands before a document of a digest: the newest of these issues or, without any, the archive of the time before it was a digest.
func (s *Sheet) stands(older []issue, archive int64) {
	if len(older) > 0 {
		s.Earlier = older[0].name
	} else {
		s.Previous = archive
	}
}

// issueMade is a digest of what the files of an issue are made of, but for what its pieces say.
func (r *Renderer) issueMade(s *Sheet, n *issue) string {
	var d digest
	e := &s.Edition
	d.strings(r.print, e.Name, e.AtomID, e.Title, e.Subtitle, e.Lang, e.Digest, s.Issue, s.Earlier, s.Later)
	d.numbers(int64(e.Excerpt), truth(e.Full), s.Previous)
	d.times(e.Updated)
	for _, id := range n.ids {
		d.numbers(int64(id))
	}
	return d.sum()
}

// issueDocument makes a file of an issue whose pieces were read.
func (p *Publisher) issueDocument(z *zipper, now *site, in *issueAt, n *issue) (*representation, error) {
	e := in.edition
	if in.format == "" {
		older := p.olderPages(e.Name, in.all, now.newest[e.Name])[in.at+1]
		return p.pageOf(z, now, p.issueEdition(e, now, n), p.issuePlace(e.Name, n, older), n.pieces)
	}
	s := issueSheet(e, in.all, in.at, now.newest[e.Name])
	var doc bytes.Buffer
	if _, err := p.render.render(&doc, in.format, s, p.render.issueItems(&e, now.feeds, []issue{*n}), maxBytes); err != nil {
		return nil, err
	}
	return z.representation(in.format.MediaType()+"; charset=utf-8", p.render.feedPolicy(), believable(s.Edition.Updated), doc.Bytes())
}

// serveIssue answers for a file of an issue that is not in memory; false if the name is none of these.
func (p *Publisher) serveIssue(w http.ResponseWriter, r *http.Request, now *site, name string) bool {
	if in, ok := now.issueNamed(name + "/index.html"); ok {
		redirect(w, p.render.issueURL(in.edition.Name, in.all[in.at].name))
		return true
	}
	in, ok := now.issueNamed(name)
	if !ok {
		return false
	}
	rep, err := p.onRequest(r.Context(), func(z *zipper) (*representation, error) {
		n, err := p.read(r.Context(), in.all[in.at])
		if err != nil {
			return nil, err
		}
		return p.issueDocument(z, now, &in, &n)
	})
	p.answer(w, r, name, rep, err)
	return true
}

// changed is what has changed since a publication.
type changed struct {
	before []issue // of the edition, then
	pieces []oped.PieceID
	all    bool // everything may have
}

// fileIssues makes the files of issues that have changed or have none; the pages of those at the head, which are made already, are passed over. A file that was
// made of the same needs no work, nor one of an issue that was published so before.
func (p *Publisher) fileIssues(ctx context.Context, pages *pieceMaker, e oped.EditionState, all []issue, head int, c changed) error {
	if p.options.Dir == "" {
		return nil
	}
	root, end := p.folder()
	defer end()
	before, touched := map[string]string{}, map[oped.PieceID]bool{}
	for _, n := range c.before {
		before[n.name] = n.made
	}
	for _, id := range c.pieces {
		touched[id] = true
	}
	for at := range all {
		n := &all[at]
		same := before[n.name] == n.made || root != nil && p.issueStands(root, e.Name, n)
		if same && !c.all && !slices.ContainsFunc(n.ids, func(id oped.PieceID) bool { return touched[id] }) {
			continue
		}
		if err := p.fileIssue(ctx, pages, root, issueAt{edition: e, all: all, at: at}, at < head); err != nil {
			return err
		}
	}
	return nil
}

// issueStands tells whether all files of an issue were made of the same.
func (p *Publisher) issueStands(root *os.Root, edition string, n *issue) bool {
	for _, f := range issueFormats() {
		if p.options.Precompress && !p.stands(root, issueFeedFile(edition, n.name, f)) {
			return false
		}
	}
	return p.standsOf(root, issueFile(edition, n.name), n.made)
}

// fileIssue makes the files of an issue, and those that its page leads to where there are none.
func (p *Publisher) fileIssue(ctx context.Context, pages *pieceMaker, root *os.Root, in issueAt, atHead bool) error {
	n, err := p.read(ctx, in.all[in.at])
	if err != nil {
		return err
	}
	for _, in.format = range issueFormats() {
		if pages.fresh[issueFeedFile(in.edition.Name, n.name, in.format)], err = p.issueDocument(p.zip, pages.after, &in, &n); err != nil {
			return err
		}
	}
	if atHead {
		return nil
	}
	in.format = ""
	if pages.fresh[issueFile(in.edition.Name, n.name)], err = p.issueDocument(p.zip, pages.after, &in, &n); err != nil || root == nil {
		return err
	}
	for i := range n.pieces {
		id := n.pieces[i].ID
		pages.shown = append(pages.shown, id)
		if p.stands(root, pieceFile(id)) || pages.after.pieces[id] != nil {
			continue
		}
		if err := pages.file(ctx, root, id); err != nil {
			return err
		}
	}
	return nil
}

// tidyIssues removes the files of issues that are no more from the folders of editions.
func (p *Publisher) tidyIssues(now *site, editions []string) error {
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range editions {
		if _, err := removeIssues(root, name, now.issues[name]); err != nil {
			return &DirError{p.options.Dir, err}
		}
	}
	return nil
}

// removeIssues removes the files of an edition's issues but of those that stand, and tells how many these were.
func removeIssues(root *os.Root, edition string, standing []issue) (n int, err error) {
	entries, err := regular.Entries(root, edition)
	if err != nil {
		if absent(err) {
			err = nil
		}
		return 0, err
	}
	for _, entry := range entries {
		m := issueEntry.FindStringSubmatch(entry.Name())
		if m == nil || slices.ContainsFunc(standing, func(n issue) bool { return n.name == m[1] }) {
			continue
		}
		names := []string{edition + "/" + entry.Name()}
		if entry.IsDir() {
			names = nil
			for _, end := range append(sidecars(), "") {
				names = append(names, issueFile(edition, entry.Name())+end)
			}
		}
		for _, name := range names {
			switch err := root.Remove(name); {
			case err == nil:
				n++
			case !absent(err):
				return n, err
			}
		}
		if entry.IsDir() {
			root.Remove(edition + "/" + entry.Name()) // if there is nothing else in it
		}
	}
	return n, nil
}
