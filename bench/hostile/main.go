//go:build ignore

// Hostile lets an oped binary read the hostile press of internal/hostile, and measures it, for bench/hostile.sh.
//
// First it runs `oped once` with each feed alone, and measures computing time, wall time, peak memory and the size of
// the database. Then it runs a daemon with fifty honest feeds beside all hostile ones, and measures peak memory and
// the time from the printing of an honest piece to its publication. Last, it sends SIGTERM to daemons at random
// moments, and measures the time until they end.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"oped/internal/hostile"
)

var (
	oped   = flag.String("oped", "oped", "the binary to measure")
	topics = flag.String("topics", "topics", "folder of the topics")
	only   = flag.String("only", "", "measure feeds whose names match this expression")
	parts  = flag.String("parts", "each,daemon,term", "parts to measure")
	honest = flag.Int("honest", 50, "honest feeds beside the daemon's hostile ones")
	lasts  = flag.Duration("lasts", 2*time.Minute, "running time of the daemon")
	every  = flag.Duration("every", 5*time.Second, "interval of the daemon's fetches, and of an honest feed's pieces")
	slower = flag.Duration("slower", time.Minute, "interval of the daemon's fetches of a hostile feed")
	terms  = flag.Int("terms", 10, "number of daemons to get SIGTERM")
	dir    = flag.String("dir", "", "publish.dir, beside the database of each run; none if empty")
	limit  = flag.Duration("limit", time.Minute, "for one oped once")
	polls  = flag.Int("polls", 1, "fetches of each feed; the figures are of the last one")
	memory = flag.Int("memory", 6<<20, "address space of oped in KiB")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var feeds []hostile.Feed
	name := regexp.MustCompile(*only)
	for _, f := range hostile.Feeds() {
		if name.MatchString(f.Name) {
			feeds = append(feeds, f)
		}
	}
	press := hostile.NewPress(feeds)
	paper := &paper{began: time.Now()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/honest-") {
			paper.ServeHTTP(w, r)
			return
		}
		press.ServeHTTP(w, r)
	}))
	defer server.Close()
	for part := range strings.SplitSeq(*parts, ",") {
		var err error
		switch part {
		case "each":
			err = each(server.URL, feeds)
		case "daemon":
			paper.printEvery(*every)
			err = daemon(server.URL, paper, feeds)
		case "term":
			err = term(server.URL, feeds)
		default:
			err = fmt.Errorf("no part is called %q", part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write makes a folder with a configuration of some feeds.
func write(base string, names []string) (config string, err error) {
	rules, err := filepath.Abs(*topics)
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "oped-hostile-")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(base, "http://"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "listen: 127.0.0.1:0\nbase_url: http://127.0.0.1:8080\nstore: oped.db\n"+
		"publish: {dir: %q, min_poll: 0s}\n", *dir)
	fmt.Fprintf(&b, "fetch: {every: %v, spacing: 0s, concurrency: 16, per_host: 64, "+
		"allow_private: [127.0.0.0/8], ports: [%s]}\n", *every, port)
	fmt.Fprintf(&b, "include: [%q, %q]\n", rules+"/*.yaml", rules+"/packs/*.yaml")
	b.WriteString("editions:\n  pak-us: {topics: pak-us}\n  everything: {}\nfeeds:\n")
	for _, name := range names {
		often := *slower
		if publisher(name) == "Honest" {
			often = *every
		}
		fmt.Fprintf(&b, "  - {name: %s, url: \"%s/%s\", publisher: %s, lang: en, every: %v}\n",
			name, base, name, publisher(name), often)
	}
	config = filepath.Join(folder, "config.yaml")
	return config, os.WriteFile(config, []byte(b.String()), 0o600)
}

func publisher(name string) string {
	if strings.HasPrefix(name, "honest-") {
		return "Honest"
	}
	return "Hostile " + name
}

// start runs oped within the limit of memory.
func start(out io.Writer, args ...string) (*exec.Cmd, error) {
	script := fmt.Sprintf(`ulimit -v %d; exec "$0" "$@"`, *memory)
	cmd := exec.Command("sh", append([]string{"-c", script, *oped}, args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, cmd.Start()
}

// each measures `oped once` over each feed alone.
func each(base string, feeds []hostile.Feed) error {
	fmt.Printf("%-18s %7s %7s %8s %10s %7s  %s (%s)\n",
		"feed", "CPU s", "wall s", "peak MB", "stored KB", "files", "end", "the product it aims at")
	for _, f := range feeds {
		config, err := write(base, []string{f.Name})
		if err != nil {
			return err
		}
		var line string
		for range *polls {
			if line, err = once(config); err != nil {
				return err
			}
		}
		fmt.Printf("%-18s %s (%s)\n", f.Name, line, f.Means)
		os.RemoveAll(filepath.Dir(config))
	}
	return nil
}

// once runs `oped once` and returns its figures, in a line.
func once(config string) (string, error) {
	var said bytes.Buffer
	began := time.Now()
	cmd, err := start(&said, "--config", config, "--quiet", "once", "--all")
	if err != nil {
		return "", err
	}
	timer := time.AfterFunc(*limit, func() { cmd.Process.Kill() })
	done, peak := make(chan bool), make(chan int)
	go watch(cmd.Process.Pid, done, peak)
	err = cmd.Wait()
	timer.Stop()
	close(done)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	end := lines[len(lines)-1]
	if i := slices.IndexFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, "fatal error") || strings.HasPrefix(l, "failed")
	}); i >= 0 {
		end = lines[i]
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signaled() {
		end = "KILLED after " + limit.String()
	}
	folder := filepath.Dir(config)
	return fmt.Sprintf("%7.2f %7.2f %8d %10d %7d  %.90s",
		seconds(usage.Utime)+seconds(usage.Stime), time.Since(began).Seconds(),
		<-peak>>10, stored(folder)>>10, files(folder), end), nil
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

func stored(folder string) (n int64) {
	files, _ := filepath.Glob(filepath.Join(folder, "oped.db*"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			n += info.Size()
		}
	}
	return n
}

// files is how many files oped has published.
func files(folder string) (n int) {
	if *dir == "" {
		return 0
	}
	filepath.WalkDir(filepath.Join(folder, *dir), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return nil
	})
	return n
}

// paper prints a piece in every honest feed, again and again.
type paper struct {
	mu    sync.Mutex
	began time.Time
	every time.Duration
}

func (p *paper) printEvery(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began, p.every = time.Now(), d
}

// printed is when the n-th piece of the feed of a number is printed. The feeds do not print together.
func (p *paper) printed(feed, n int) time.Time {
	return p.began.Add(time.Duration(n)*p.every + time.Duration(feed%50)*p.every/50)
}

func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	feed, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/honest-"))
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Honest</title>`)
	last := -1
	for p.printed(feed, last+1).Before(time.Now()) {
		last++
	}
	for n := last; n >= max(0, last-9); n-- {
		link := fmt.Sprintf("http://honest.example/%d/%d", feed, n)
		fmt.Fprintf(&b, "<item><guid>%s</guid><link>%s</link><title>honest-%d-%d.</title><description>",
			link, link, feed, n)
		for k := range 120 {
			fmt.Fprintf(&b, "w%dx%dx%d ", feed, n, k)
		}
		b.WriteString("</description></item>")
	}
	b.WriteString("</channel></rss>")
	w.Header().Set("Content-Type", "application/rss+xml")
	io.WriteString(w, b.String())
}

// daemon measures `oped run` with honest feeds beside hostile ones.
func daemon(base string, p *paper, feeds []hostile.Feed) error {
	var names []string
	for _, f := range feeds {
		names = append(names, f.Name)
	}
	for n := range *honest {
		names = append(names, fmt.Sprintf("honest-%d", n))
	}
	config, err := write(base, names)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(config))
	raw, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	text := strings.Replace(string(raw), "\neditions:\n",
		"\neditions:\n  honest: {publishers: [Honest], limit: 5000}\n", 1)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	said := &output{}
	cmd, err := start(said, "--config", config, "run")
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	began := time.Now()
	at := said.address(ended)
	if at == "" {
		return fmt.Errorf("the daemon did not start: %s", said)
	}
	fmt.Printf("daemon: %d hostile feeds, every %v, and %d honest ones, every %v, for %v\n",
		len(feeds), *slower, *honest, *every, *lasts)
	seen := map[string]time.Time{}
	title := regexp.MustCompile(`honest-(\d+)-(\d+)\.`)
	peak, dead := 0, false
	for time.Since(began) < *lasts && !dead {
		select {
		case err := <-ended:
			fmt.Printf("the daemon DIED after %v: %v\n%s\n", time.Since(began).Round(time.Second), err, said.tail())
			dead = true
		case <-time.After(200 * time.Millisecond):
		}
		for _, m := range title.FindAllString(read(at+"/honest.json"), -1) {
			if _, ok := seen[m]; !ok {
				seen[m] = time.Now()
			}
		}
		peak = max(peak, status(cmd.Process.Pid, "VmHWM"))
	}
	var delays []time.Duration
	missing := 0
	for feed := range *honest {
		for n := 1; p.printed(feed, n).Before(began.Add(*lasts - 3**every)); n++ {
			if p.printed(feed, n).Before(began.Add(2 * *every)) {
				continue // of the first fetch
			}
			at, ok := seen[fmt.Sprintf("honest-%d-%d.", feed, n)]
			if !ok {
				missing++
				continue
			}
			delays = append(delays, at.Sub(p.printed(feed, n)))
		}
	}
	slices.Sort(delays)
	if n := len(delays); n > 0 {
		fmt.Printf("honest pieces: %d published, %d missing; "+
			"from print to publication median %.1f s, p95 %.1f s, most %.1f s (fetched every %v)\n", n, missing,
			delays[n/2].Seconds(), delays[n*95/100].Seconds(), delays[n-1].Seconds(), *every)
	} else {
		fmt.Printf("honest pieces: none published, %d missing\n", missing)
	}
	folder := filepath.Dir(config)
	fmt.Printf("peak %d MB, stored %d KB, %d files\n", peak>>10, stored(folder)>>10, files(folder))
	if !dead {
		fmt.Printf("SIGTERM: ended after %.2f s\n", terminate(cmd, ended).Seconds())
	}
	return nil
}

// term sends SIGTERM to daemons with hostile feeds alone, at random moments.
func term(base string, feeds []hostile.Feed) error {
	var names []string
	for _, f := range feeds {
		names = append(names, f.Name)
	}
	var took []time.Duration
	config, err := write(base, names)
	if err != nil {
		return err
	}
	defer os.RemoveAll(filepath.Dir(config))
	for range *terms {
		cmd, err := start(io.Discard, "--config", config, "--quiet", "run")
		if err != nil {
			return err
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		time.Sleep(200*time.Millisecond + time.Duration(rand.Int64N(int64(8*time.Second))))
		took = append(took, terminate(cmd, ended))
	}
	slices.Sort(took)
	fmt.Printf("SIGTERM at %d random moments: median %.2f s, most %.2f s\n",
		len(took), took[len(took)/2].Seconds(), took[len(took)-1].Seconds())
	return nil
}

func terminate(cmd *exec.Cmd, ended <-chan error) time.Duration {
	began := time.Now()
	cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(time.Minute):
		cmd.Process.Kill()
		<-ended
	}
	return time.Since(began)
}

func read(address string) string {
	client := http.Client{Timeout: 10 * time.Second}
	res, err := client.Get(address)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return string(raw)
}

// watch follows the peak memory of a process (KiB) until it is done. The kernel's own figure of a child includes its
// parent's.
func watch(pid int, done <-chan bool, peak chan<- int) {
	most := 0
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			peak <- most
			return
		case <-tick.C:
			most = max(most, status(pid, "VmHWM"))
		}
	}
}

// status is a figure of a process, in KiB.
func status(pid int, name string) int {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			n, _ := strconv.Atoi(strings.Fields(value)[0])
			return n
		}
	}
	return 0
}

// output is what a daemon says.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) tail() string {
	s := o.String()
	return s[max(0, len(s)-2000):]
}

// address waits until the daemon says where it serves.
func (o *output) address(ended <-chan error) string {
	serving := regexp.MustCompile(`serving (http://[0-9.:]+)`)
	for {
		if m := serving.FindStringSubmatch(o.String()); m != nil {
			return m[1]
		}
		select {
		case <-ended:
			return ""
		case <-time.After(20 * time.Millisecond):
		}
	}
}
