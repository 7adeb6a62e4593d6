package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"oped"
	"oped/internal/testkit"
)

// curated returns the decision of a command beside a daemon.
func curated(t *testing.T, configPath string, args ...string) oped.Decision {
	t.Helper()
	var done struct{ Decision oped.Decision }
	out := mustOped(t, append(args, "--json", "--config", configPath)...)
	if err := json.Unmarshal([]byte(out), &done); err != nil || done.Decision.ID == 0 {
		t.Fatalf("%v: %s (%v)", args, out, err)
	}
	return done.Decision
}

// TestJ5_VerbsOfCuratorsBesideADaemon: each decision on a piece in an edition goes through the socket, is served at
// once, and is printed as JSON; so does its undo.
func TestJ5_VerbsOfCuratorsBesideADaemon(t *testing.T) {
	testkit.NotShort(t)
	path := deskConfig(t)
	d := startDaemon(t, path)
	until(t, d.address+"/all.atom", deskPieces)
	first := testkit.Get(t, d.address+"/picks.atom")
	noon := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	for _, c := range []struct {
		args   []string
		want   oped.Decision // besides its number, time and piece
		served string        // has this; "": is the same as before
	}{
		{[]string{"approve", "1", "picks", "--why", "new"}, oped.Decision{Why: "new"}, "<entry"},
		{[]string{"note", "1", "picks", "--text", "A note."}, oped.Decision{Note: "A note."}, "A note."},
		{[]string{"pin", "1", "picks", "--place", "2"}, oped.Decision{Place: 2}, "A note."},
		{[]string{"unpin", "1", "picks"}, oped.Decision{}, "A note."},
		{[]string{"hold", "2", "picks", "--until", noon.Format(time.RFC3339)}, oped.Decision{Until: noon}, "A note."},
		{[]string{"reject", "1", "picks", "--reason", "poor"}, oped.Decision{Reason: oped.Poor}, "<at:deleted-entry"},
	} {
		verb := c.args[0]
		got := curated(t, path, append(append([]string{"piece"}, c.args...), "--by", "amna")...)
		c.want.ID, c.want.At, c.want.Piece, c.want.By = got.ID, got.At, got.Piece, "amna"
		c.want.Action, c.want.Editions = oped.Action(verb), []string{"picks"}
		if fmt.Sprint(got) != fmt.Sprint(c.want) || fmt.Sprint(got.Piece) != c.args[1] {
			t.Errorf("%s: %+v, want %+v", verb, got, c.want)
		}
		if body := testkit.Get(t, d.address+"/picks.atom"); !strings.Contains(body, c.served) {
			t.Errorf("after %s, %q is not served:\n%s", verb, c.served, body)
		}
	}
	for n := 6; n > 0; n-- {
		if undone := curated(t, path, "undo", "--by", "amna"); undone.Undoes == 0 || undone.Action != oped.Undo {
			t.Errorf("undo: %+v", undone)
		}
	}
	last := testkit.Get(t, d.address+"/picks.atom")
	if strings.Contains(last, "<entry") || strings.Contains(first, "<entry") {
		t.Errorf("after all undos:\n%s", last)
	}
	_, stderr, code := runOped(t, t.Context(), "--config", path, "piece", "approve", "1", "pics")
	if code != exitUsage || !strings.Contains(stderr, "did you mean picks?") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestJ5_ShellAndDeskAtOnce: curators at the shell and at the desk decide on the same pieces at the same time. Each
// decision is there once, and served.
func TestJ5_ShellAndDeskAtOnce(t *testing.T) {
	testkit.NotShort(t)
	const pieces = 12
	path := deskConfig(t)
	d := startDaemon(t, path)
	until(t, d.address+"/all.atom", deskPieces)
	cookie := signIn(t, path, d.address, "bilal")
	approve := func(piece int) error {
		f := url.Values{"action": {"approve"}, "piece": {fmt.Sprint(piece)}, "edition": {"best"}}
		r, err := http.NewRequest(http.MethodPost, d.address+"/desk/decide", strings.NewReader(f.Encode()))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Cookie", cookie)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("piece %d: %s", piece, answer.Status)
		}
		return nil
	}
	var working sync.WaitGroup
	working.Go(func() {
		for piece := range pieces {
			if err := approve(piece + 1); err != nil {
				t.Error(err)
			}
		}
	})
	working.Go(func() {
		for piece := range pieces {
			_, stderr, code := runOped(t, t.Context(),
				"--config", path, "piece", "approve", fmt.Sprint(piece+1), "picks", "--by", "amna")
			if code != exitDone {
				t.Errorf("piece %d: exit %d, %s", piece+1, code, stderr)
			}
		}
	})
	working.Wait()
	for _, edition := range []string{"picks", "best"} {
		if n := len(fetchAtom(t, d.address+"/"+edition+".atom").Entries); n != pieces {
			t.Errorf("%s has %d entries, want %d", edition, n, pieces)
		}
	}
	log := mustOped(t, "--config", path, "topic", "log", "--limit", "0")
	for _, by := range []string{"amna", "bilal"} {
		if n := strings.Count(inOneLine(log), "approve by "+by); n != pieces {
			t.Errorf("%d decisions by %s, want %d:\n%s", n, by, pieces, log)
		}
	}
}
