package desk

import (
	"cmp"
	"context"
	"database/sql"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"oped"
	"oped/app"
)

var archive = flag.String("archive", "",
	"a folder with oped.db and config.yaml, as the benchmark of app keeps it: an archive for BenchmarkPages")

// pairsOfArchive adds pairs to review to an archive, as similar pieces of real papers would.
const pairsOfArchive = `
	WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
	INSERT INTO relation (piece, other, kind, guard, score, why, at)
	SELECT id - i * 9, id - i * 9 - 3, 'like', CASE i % 4 WHEN 0 THEN 'G1' WHEN 1 THEN 'G9' ELSE 'G3' END, 0.8, 'alike',
		1767225600000 + i * 1000
	FROM n, (SELECT max(id) AS id FROM piece)`

// BenchmarkPages measures every sort of page of the desk in an archive, by the clock: the mean, and the 95th percentile.
func BenchmarkPages(b *testing.B) {
	if *archive == "" {
		b.Skip("no -archive")
	}
	h := serveArchive(b)
	link, err := app.Do(b.Context(), h.live, app.AddAccount, app.NewAccount{Name: "Aisha", Role: oped.RoleOperator})
	must(b, err)
	send := func(method, page, form, cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, origin+app.DeskPath+page, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Cookie", cookie)
		r.TLS = nil
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	_, enter, _ := strings.Cut(link.URL, app.DeskPath)
	signedIn := send("POST", enter, url.Values{"password": {goodPassword}}.Encode(), "").Result().Cookies()
	cookie := signedIn[0].Name + "=" + signedIn[0].Value
	for _, page := range []string{
		"", "queue/picks/", "queue/best/", "queue/topic/afghanistan/", "edition/", "edition/picks/", "edition/everything/", "piece/98000/", "piece/50000/",
		"pairs/", "pairs/all/4000/", "pairs/G9/1000/", "log/", "log/?of=edition:best", "log/?by=amna&action=reject",
		"log/?piece=50000", "log/?before=100", "feeds/", "feeds/paper-1/", "search", "search?q=kabul", "search?q=kabul&n=200",
		"search?q=school+court", "search?q=%22price+harvest%22", "search?q=zebra", "search?kind=editorial",
		"search?author=nobody", "search?publisher=The+Paper+of+Town+1", "own", "accounts",
	} {
		b.Run(strings.NewReplacer("/", "|", "?", " ").Replace(cmp.Or(page, "desk")), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				if w := send("GET", page, "", cookie); w.Code != http.StatusOK {
					b.Fatalf("status %d: %.300s", w.Code, w.Body)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[0].Microseconds()), "least-µs")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-µs")
		})
	}
}

// serveArchive runs a daemon on a copy of the archive until the benchmark ends. It fetches nothing.
func serveArchive(b *testing.B) *Handler {
	dir := b.TempDir()
	must(b, os.CopyFS(dir, os.DirFS(*archive)))
	path := filepath.Join(dir, "config.yaml")
	text, err := os.ReadFile(path)
	must(b, err)
	settings := strings.ReplaceAll(string(text), "opinion: always}", "opinion: always, enabled: false}")
	must(b, os.WriteFile(path, []byte(settings+"\ndesk: {url: '"+origin+"'}\n"), 0o644))
	db, err := sql.Open("sqlite", filepath.Join(dir, "oped.db"))
	must(b, err)
	_, err = db.Exec(pairsOfArchive)
	must(b, err)
	must(b, db.Close())
	var h *Handler
	serving, ended := make(chan string, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(b.Context())
	go func() {
		ended <- app.Serve(ctx, app.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now, Version: "dev"}, app.Daemon{
			Config: path, Refused: func(err error) { b.Error(err) }, Serving: func(at string) { serving <- at },
			Desk: func(l *app.Live) http.Handler {
				h = New(l)
				return h
			},
		})
	}()
	b.Cleanup(func() {
		cancel()
		<-ended
	})
	select {
	case <-serving:
	case err := <-ended:
		b.Fatal(err)
	}
	return h
}
