package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"oped/internal/newstest"
	"oped/internal/testkit"
)

// caller is a connection to a daemon's socket.
type caller struct {
	net.Conn
	answers *json.Decoder
}

func dial(t *testing.T, configPath string) *caller {
	t.Helper()
	conn, err := net.Dial("unix", filepath.Join(filepath.Dir(configPath), "oped.db.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &caller{conn, json.NewDecoder(conn)}
}

// ask sends a request for a method.
func (c *caller) ask(t *testing.T, protocol int, configPath, method string, params any) {
	t.Helper()
	must(t, json.NewEncoder(c).Encode(map[string]any{
		"protocol": protocol, "version": "0.3", "method": method, "params": params, "config": configPath,
	}))
}

// answer is an answer of the daemon. Err and Code are for release 0.1.
type answer struct {
	Version   string
	Note, Err string
	Code      int
	Done      bool
	Result    json.RawMessage
	Error     *struct {
		Message, Hint string
		Mistakes      []struct{ Message, Hint string }
	}
}

// end returns the last answer of the daemon.
func (c *caller) end(t *testing.T) (last answer) {
	t.Helper()
	for !last.Done {
		last = answer{}
		if err := c.answers.Decode(&last); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// failed reports whether a daemon answered with this error.
func (x *answer) failed(message string) bool {
	if x.Error == nil {
		return false
	}
	for _, m := range x.Error.Mistakes {
		if strings.Contains(m.Message, message) {
			return true
		}
	}
	return strings.Contains(x.Error.Message, message)
}

// The limits of the socket.
const (
	maxRequest = 64 << 10
	maxClients = 16
)

func onePaper(t *testing.T) (configPath string) {
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 3)...)
	return testkit.WriteConfig(
		t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\nfetch: {spacing: 0s, allow_private: [127.0.0.0/8]}\nfeeds: "+
			"[{name: paper, url: \""+paper.URL+"/feed\"}]\neditions: {all: {}}\n")
}

// TestIdleClientsBlockNoCommand: clients that send nothing, or half a command, block nobody, and are
// disconnected (S14).
func TestIdleClientsBlockNoCommand(t *testing.T) {
	testkit.NotShort(t)
	configPath := onePaper(t)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	idle := make([]*caller, 8)
	for i := range idle {
		idle[i] = dial(t, configPath)
		if i%2 == 0 {
			fmt.Fprint(idle[i], `{"protocol": 2, "meth`)
		}
	}
	for range 3 {
		if out := mustOped(t, "--config", configPath, "feeds", "pause", "paper"); out != "paper is paused\n" {
			t.Errorf("beside idle clients: %q", out)
		}
		mustOped(t, "--config", configPath, "feeds", "resume", "paper")
	}
	for _, c := range idle {
		if x := c.end(t); !x.failed("the command did not arrive") {
			t.Errorf("an idle client: %+v", x)
		}
	}
}

// TestTooManyAndTooLongRequestsAreRefused: the connections at once and the bytes of a request are counted (S14).
func TestTooManyAndTooLongRequestsAreRefused(t *testing.T) {
	testkit.NotShort(t)
	configPath := onePaper(t)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	long := dial(t, configPath)
	if err := json.NewEncoder(long).Encode(strings.Repeat("x", 2*maxRequest)); err != nil {
		t.Log(err) // it may be refused before it is through
	}
	if x := long.end(t); !x.failed("longer than 64 KiB") {
		t.Errorf("a long command: %+v", x)
	}
	clients := make([]*caller, 2*maxClients)
	for i := range clients {
		clients[i] = dial(t, configPath)
	}
	refused := 0
	for _, c := range clients {
		if x := c.end(t); x.failed("too many commands are waiting") {
			refused++
		}
	}
	if refused != maxClients && refused != maxClients+1 { // the long one may still be connected
		t.Errorf("%d of %d clients were refused at once, want %d", refused, len(clients), maxClients)
	}
}

// TestUnknownRequestsAreRefused: a request of another release gets both versions, in a form that release 0.1 shows.
// An unknown method and unknown parameters are refused by name (S14).
func TestUnknownRequestsAreRefused(t *testing.T) {
	configPath := onePaper(t)
	d := startDaemon(t, configPath)
	until(t, d.address+"/all.atom", 3)
	old := dial(t, configPath)
	fmt.Fprintln(old, `{"args": ["publish"], "user": "amna"}`)
	if x := old.end(t); x.Code != exitFailed ||
		!strings.Contains(x.Err, "the daemon is oped dev, this command is oped 0.1") ||
		!strings.Contains(x.Err, "hint: ") {
		t.Errorf("release 0.1: %+v", x)
	}
	newer := dial(t, configPath)
	newer.ask(t, 3, configPath, "Editions.Publish", struct{}{})
	if x := newer.end(t); !x.failed("the daemon is oped dev, this command is oped 0.3") || x.Version != "dev" {
		t.Errorf("a newer release: %+v", x)
	}
	for _, c := range []struct {
		method, want string
		params       any
	}{
		{"Editions.Burn", `the daemon has no method "Editions.Burn"`, struct{}{}},
		{"Feeds.SetPaused", "the parameters of Feeds.SetPaused: ", map[string]any{"feed": "paper", "for": "ever"}},
		{"Feeds.SetPaused", "the parameters of Feeds.SetPaused: ", 7},
		{"Pieces.Merge", "a merge needs several pieces", map[string]any{"by": "amna"}},
		{"Pieces.Judge", `"apply" is no judgement`, map[string]any{"by": "amna", "action": "apply"}},
	} {
		one := dial(t, configPath)
		one.ask(t, 2, configPath, c.method, c.params)
		if x := one.end(t); !x.failed(c.want) {
			t.Errorf("%s %v: %+v", c.method, c.params, x)
		}
	}
	one := dial(t, configPath)
	one.ask(t, 2, configPath, "Feeds.SetPaused", map[string]any{"feed": "paper", "paused": true})
	if x := one.end(t); x.Error != nil || string(x.Result) != `"paper"` {
		t.Errorf("pause: %+v", x)
	}
}

// TestCommandEndsWithItsClient: a command stops before its commit when its client is gone, and the daemon goes
// on (S14).
func TestCommandEndsWithItsClient(t *testing.T) {
	slow := newstest.New(t)
	slow.Serve("/slow", newstest.Answer{Body: newstest.RSS("The Slow"), Drip: 1 << 40})
	configPath := testkit.WriteConfig(
		t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\nfetch: {every: 1h, spacing: 0s, per_host: 4, allow_private: "+
			"[127.0.0.0/8]}\nfeeds: [{name: slow, url: \""+slow.URL+"/slow\"}]\neditions: {all: {}}\n")
	d := startDaemon(t, configPath)
	c := dial(t, configPath)
	c.ask(t, 2, configPath, "Feeds.Fetch", "slow")
	d.saying(t, `msg="remote command" `)
	c.Close()
	d.saying(t, "remote command cut off")
	if out := mustOped(t, "--config", configPath, "feeds", "pause", "slow"); out != "slow is paused\n" {
		t.Errorf("the next command: %q", out)
	}
}

// TestTheDaemonLogsNoPasswords: of a command it logs the method only, since its parameters may have a password.
func TestTheDaemonLogsNoPasswords(t *testing.T) {
	testkit.NotShort(t)
	paper := newstest.New(t)
	paper.Edition("/feed", "The Paper", newstest.Items("https://paper.example", 0, 1)...)
	configPath := testkit.WriteConfig(t, "listen: 127.0.0.1:0\npublish: {dir: \"\"}\n"+
		"fetch: {spacing: 0s, allow_private: "+
		"[127.0.0.0/8]}\nfeeds: []\neditions: {all: {}}\n")
	d := startDaemon(t, configPath)
	address := strings.Replace(paper.URL, "http://", "http://ann:p4ssw0rd@", 1)
	mustOped(t, "--config", configPath, "feeds", "add", address+"/feed")
	runOped(t, t.Context(), "--config", configPath, "feeds", "add", address+"/none")
	d.saying(t, `msg="remote command" method=Feeds.Add`)
	until(t, d.address+"/all.atom", 1)
	if strings.Contains(d.said(), "p4ssw0rd") {
		t.Error(d.said())
	}
}
