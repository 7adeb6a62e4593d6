package publish

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"oped/internal/regular"
)

// manifestFile is the file in the published folder that lists the files written by oped, with their versions.
// Exports add lines to it; the last line of a name counts:
//
//	+VERSION NAME        a page was written
//	-NAME                it was removed
//	=NUMBER VERSION      an export was complete: up to this change, with this configuration
const manifestFile = ".oped-manifest"

// ManifestPath returns the path of the manifest in a published folder; "" without a folder.
func ManifestPath(folder string) string {
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, manifestFile)
}

// cut marks the end of a partial line left by an interrupted export, so that it is not read as a line.
const cut = "!"

// checkpoint is where the last complete export ended.
type checkpoint struct {
	number        int64   // of the last change shown by the files
	configuration Version // "": there was none, or files may have changed since
}

// manifestState is the state of a manifest beside its pages.
type manifestState struct {
	checkpoint
	found bool
	whole int64 // how many bytes were written as a whole, before exports added lines
}

// isLong reports whether exports have made a manifest long by adding lines.
func (m manifestState) isLong(size int64) bool { return size > 2*m.whole+1<<20 }

// holds reports whether the files were written for the configuration of a site, and for an earlier
// state of its database.
func (c checkpoint) holds(s *site) bool {
	return c.configuration == s.configuration() && c.number <= s.number
}

// scanManifest calls do for each page of a manifest, with the version "" for a removed page, and
// returns the manifest's state. It skips partial and overlong lines.
func scanManifest(r io.Reader, do func(name string, v Version)) (m manifestState, err error) {
	lines := bufio.NewReader(r)
	long := false // the line is longer than ours are
	added := false
	for {
		part, err := lines.ReadSlice('\n')
		if added = added || string(part) == cut+"\n"; !added {
			m.whole += int64(len(part))
		}
		switch {
		case err == io.EOF:
			return m, nil
		case err == bufio.ErrBufferFull:
			long = true
			continue
		case err != nil:
			return m, err
		case long:
			long = false
			continue
		}
		line := string(part[:len(part)-1])
		switch version, rest, _ := strings.Cut(line, " "); {
		case strings.HasSuffix(line, cut):
		case strings.HasPrefix(line, "+"):
			do(rest, Version(version[1:]))
		case strings.HasPrefix(line, "-"):
			do(line[1:], "")
		case strings.HasPrefix(line, "="):
			if m.number, err = strconv.ParseInt(version[1:], 10, 64); err == nil {
				m.configuration = Version(rest)
			} else {
				m.checkpoint = checkpoint{} // not written by oped: look at all pages
			}
		}
	}
}

// readManifest scans the manifest in a folder, if there is one.
func readManifest(root *os.Root, do func(name string, v Version)) (m manifestState, err error) {
	f, err := regular.OpenIn(root, manifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	defer f.Close()
	m, err = scanManifest(f, do)
	m.found = true
	return m, err
}

// compactManifest leaves the last line of each existing page, after exports have added many.
func compactManifest(root *os.Root) error {
	seed := maphash.MakeSeed()
	last, n := map[uint64]int{}, 0 // the last line of a name, by its hash
	_, err := readManifest(root, func(name string, _ Version) {
		n++
		last[maphash.String(seed, name)] = n
	})
	if err != nil {
		return err
	}
	m, err := openManifest(root, true)
	if err != nil {
		return err
	}
	defer m.f.Close()
	n = 0
	state, err := readManifest(root, func(name string, v Version) {
		if n++; v != "" && last[maphash.String(seed, name)] == n {
			m.written(name, v)
		}
	})
	if err != nil {
		return err
	}
	return m.complete(state.checkpoint)
}

// lastExport is the state of the files after a complete export.
type lastExport struct {
	manifestState
	kept map[string]Version // versions of the files of pages kept in memory
	ours bool               // made by this process, so that kept is reliable
}

// readLast reads the manifest of a folder, as far as later exports need it.
func readLast(root *os.Root) (*lastExport, error) {
	last := &lastExport{kept: map[string]Version{}}
	note := func(name string, v Version) {
		switch {
		case !mayBeKept(name):
		case v == "":
			delete(last.kept, name)
		default:
			last.kept[name] = v
		}
	}
	var err error
	last.manifestState, err = readManifest(root, note)
	return last, err
}

// mayBeKept reports whether a page may be one of the few pages kept in memory.
func mayBeKept(name string) bool {
	return strings.Count(name, "/") < 2 || strings.HasSuffix(name, "/about/index.html")
}

// lastExport returns the state after the last complete export into the folder. It is read once; an
// unreadable folder gives the zero state.
func (p *Publisher) lastExport() *lastExport {
	p.exporting.Lock()
	defer p.exporting.Unlock()
	if p.last != nil {
		return p.last
	}
	root, err := regular.OpenRoot(p.options.Dir)
	if err != nil {
		return &lastExport{} // nothing was ever written there, or no files are wanted
	}
	defer root.Close()
	last, err := readLast(root)
	if err != nil {
		return &lastExport{}
	}
	p.last = last
	return last
}

// Void makes the next Export look at all pages and write all files. It is for files made from another
// database.
func (p *Publisher) Void() error {
	last := p.lastExport()
	p.exporting.Lock()
	defer p.exporting.Unlock()
	p.last = nil
	if !last.found {
		return nil
	}
	root, err := openFolder(p.options.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return voidManifest(root, last.number)
}

// voidManifest removes the configuration of the last complete export. The work after it may end
// half-way. The manifest then lacks some of the files, even if the configuration soon returns to its
// old value.
func voidManifest(root *os.Root, number int64) error {
	m, err := openManifest(root, false)
	if err == nil {
		err = m.complete(checkpoint{number, ""})
		m.close()
	}
	return err
}

// Exported returns the number of the last change shown by the files; 0 without files.
func (p *Publisher) Exported() int64 { return p.lastExport().number }

// manifestWriter adds lines to a manifest, or writes a new one.
type manifestWriter struct {
	root  *os.Root
	name  string // of the file
	f     *os.File
	lines bytes.Buffer // not written before their files are durable
	size  int64        // of the complete manifest
	ended bool         // nothing is left to give up
}

// newManifest is the name of a manifest being written. Once complete, it replaces the present one.
const newManifest = manifestFile + ".new"

func openManifest(root *os.Root, fresh bool) (*manifestWriter, error) {
	m := &manifestWriter{root: root, name: manifestFile}
	var err error
	if fresh {
		m.name = newManifest
		m.f, err = regular.Create(root, m.name)
	} else {
		m.f, err = regular.Append(root, m.name)
	}
	if err != nil {
		return nil, err
	}
	if !fresh {
		m.lines.WriteString(cut + "\n") // a killed export may have left a partial line
	}
	return m, nil
}

func (m *manifestWriter) written(name string, v Version) { fmt.Fprintf(&m.lines, "+%s %s\n", v, name) }
func (m *manifestWriter) removed(name string)            { fmt.Fprintf(&m.lines, "-%s\n", name) }

// complete ends an export. The files have to be durable before.
func (m *manifestWriter) complete(c checkpoint) error {
	fmt.Fprintf(&m.lines, "=%d %s\n", c.number, c.configuration)
	m.size = int64(m.lines.Len())
	_, err := m.f.Write(m.lines.Bytes())
	if err == nil {
		err = m.f.Sync()
	}
	if err == nil && m.name != manifestFile {
		err = m.root.Rename(m.name, manifestFile)
	}
	m.ended = err == nil
	return err
}

// close discards an incomplete manifest. After a failed export in full, the present manifest remembers
// the files it has written. That manifest has no checkpoint any more, so that the next export renders
// all pages and removes the other files.
func (m *manifestWriter) close() {
	m.f.Close()
	if m.ended || m.name == manifestFile {
		return
	}
	m.root.Remove(m.name)
	if present, err := openManifest(m.root, false); err == nil {
		present.lines.Write(m.lines.Bytes())
		present.f.Write(present.lines.Bytes()) // on a full disk, those files stay until removed by hand
		present.f.Close()
	}
}
