package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// feedServer is a reader with a server of its own, over HTTP and JSON.
type feedServer struct {
	base, user, password string
}

// started runs a server until the test ends. It is ready when a path answers with 200.
func started(
	t *testing.T, path, user, password string, env []string, name string, args ...func(address string) string,
) *feedServer {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	l.Close()
	var words []string
	for _, arg := range args {
		words = append(words, arg(address))
	}
	var log bytes.Buffer
	cmd := exec.Command(name, words...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(append(os.Environ(), "LISTEN_ADDR="+address), env...), &log, &log
	must(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s said\n%s", name, log.String()[max(0, log.Len()-3000):])
		}
	})
	s := &feedServer{"http://" + address, user, password}
	err = s.wait(func() (bool, error) {
		err := s.ask(http.MethodGet, path, nil, nil)
		var refused *net.OpError
		return err == nil, ignore(err, errors.As(err, &refused))
	})
	must(t, err)
	return s
}

func ignore(err error, yes bool) error {
	if yes {
		return nil
	}
	return err
}

// wait asks until something holds.
func (s *feedServer) wait(holds func() (bool, error)) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		if yes, err := holds(); yes || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-deadline:
			return fmt.Errorf("%s takes too long", s.base)
		}
	}
}

// ask sends a value as JSON, and reads one; either may be nil.
func (s *feedServer) ask(method, path string, send, want any) error {
	body, err := json.Marshal(send)
	if err != nil {
		return err
	}
	req, err := http.NewRequest(method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.SetBasicAuth(s.user, s.password)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %.300s", method, path, res.Status, got)
	}
	if err != nil || want == nil {
		return err
	}
	return json.Unmarshal(got, want)
}

// fromEnvironment is a program, or skips the test aloud.
func fromEnvironment(t *testing.T, variable string) string {
	value := os.Getenv(variable)
	if value == "" {
		t.Skipf("SKIPPED: $%s names none; e2e/README.md says how to start it", variable)
	}
	return value
}

// minifluxAt subscribes Miniflux. It keeps the first date, and knows pieces by a hash of their id.
func minifluxAt(t, outer *testing.T, _, url string) *subscriber {
	program, database := fromEnvironment(t, "OPED_MINIFLUX"), fromEnvironment(t, "OPED_MINIFLUX_DB")
	s := started(outer, "/healthcheck", "reader", "reads-60-days", []string{
		"DATABASE_URL=" + database, "RUN_MIGRATIONS=1", "CREATE_ADMIN=1", "ADMIN_USERNAME=reader",
		"ADMIN_PASSWORD=reads-60-days",
		"FETCHER_ALLOW_PRIVATE_NETWORKS=1", "DISABLE_SCHEDULER_SERVICE=1", "POLLING_PARSING_ERROR_LIMIT=0",
	}, program)
	var made struct {
		ID int64 `json:"feed_id"`
	}
	must(t, s.ask(http.MethodPost, "/v1/feeds", map[string]any{"feed_url": url}, &made))
	return &subscriber{name: "Miniflux", id: func(id string) string {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(id)))
	}, keeps: func(e *listed, first listed) { e.Date = first.Date }, poll: func() ([]listed, error) {
		if err := s.ask(http.MethodPut, fmt.Sprintf("/v1/feeds/%d/refresh", made.ID), nil, nil); err != nil {
			return nil, err
		}
		var got struct {
			Entries []struct {
				Hash      string    `json:"hash"`
				Title     string    `json:"title"`
				URL       string    `json:"url"`
				Author    string    `json:"author"`
				Published time.Time `json:"published_at"`
			} `json:"entries"`
		}
		err := s.ask(http.MethodGet, fmt.Sprintf("/v1/feeds/%d/entries?limit=1000", made.ID), nil, &got)
		var all []listed
		for _, e := range got.Entries {
			all = append(all, listed{e.Hash, e.Title, e.Author, e.URL, e.Published.UTC()})
		}
		return all, err
	}}
}

// yarrAt subscribes yarr, by RSS: in Atom it takes an updated entry with an address as id for another entry. It
// knows no authors, and never updates items.
func yarrAt(t, outer *testing.T, dir, url string) *subscriber {
	program := fromEnvironment(t, "OPED_YARR")
	word := func(w string) func(string) string { return func(string) string { return w } }
	s := started(outer, "/api/status", "", "", nil, program, word("-addr"), func(address string) string {
		return address
	}, word("-db"), word(filepath.Join(dir, "yarr.db")))
	var made struct{ Status string }
	must(t, s.ask(http.MethodPost, "/api/feeds", map[string]any{
		"url": strings.TrimSuffix(url, ".atom") + ".rss",
	}, &made))
	if made.Status != "success" {
		t.Fatalf("yarr: %q", made.Status)
	}
	return &subscriber{name: "yarr", keeps: func(e *listed, first listed) {
		*e, e.Author = first, ""
	}, poll: func() ([]listed, error) {
		if err := s.ask(http.MethodPost, "/api/feeds/refresh", nil, nil); err != nil {
			return nil, err
		}
		err := s.wait(func() (bool, error) {
			var status struct{ Running int }
			err := s.ask(http.MethodGet, "/api/status", nil, &status)
			return status.Running == 0, err
		})
		if err != nil {
			return nil, err
		}
		return yarrItems(s)
	}}
}

// yarrItems returns all items of yarr, page by page.
func yarrItems(s *feedServer) (all []listed, err error) {
	for page := "/api/items"; ; {
		var got struct {
			List []struct {
				ID    int64     `json:"id"`
				GUID  string    `json:"guid"`
				Title string    `json:"title"`
				Link  string    `json:"link"`
				Date  time.Time `json:"date"`
			} `json:"list"`
			More bool `json:"has_more"`
		}
		if err := s.ask(http.MethodGet, page, nil, &got); err != nil {
			return nil, err
		}
		for _, i := range got.List {
			all = append(all, listed{ID: i.GUID, Title: i.Title, Link: i.Link, Date: i.Date.UTC()})
			page = fmt.Sprintf("/api/items?after=%d", i.ID)
		}
		if !got.More {
			return all, nil
		}
	}
}
