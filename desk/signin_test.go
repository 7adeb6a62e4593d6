package desk

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"oped"
	"oped/app"
)

// countHashes counts the passwords hashed by a desk, in all and at a time.
func (h *house) countHashes() (all, atATime *atomic.Int64) {
	var now atomic.Int64
	all, atATime = &atomic.Int64{}, &atomic.Int64{}
	h.desk.hashing.derive = func(p, salt []byte, passes, memory uint32, lanes uint8, size uint32) []byte {
		all.Add(1)
		n := now.Add(1)
		defer now.Add(-1)
		for was := atATime.Load(); n > was && !atATime.CompareAndSwap(was, n); was = atATime.Load() {
		}
		return quickHash(p, salt, passes, memory, lanes, size)
	}
	return all, atATime
}

// TestUnknownNamesCostTheSame: an unknown name, one without a password and a wrong password each hash once.
func TestUnknownNamesCostTheSame(t *testing.T) {
	h := newHouse(t, "")
	h.enter("aisha", oped.RoleCurator)
	_, err := app.Do(t.Context(), h.desk.live, app.AddAccount, app.NewAccount{Name: "bilal"})
	must(t, err)
	hashes, _ := h.countHashes()
	g := h.guest()
	pages := map[string]bool{}
	for i, attempt := range [][2]string{
		{"nobody", goodPassword}, {"bilal", goodPassword}, {"aisha", "another one here"},
		{"aisha", strings.Repeat("a", 60000)}, {"bilal", ""}, {"<script>", ""},
	} {
		w := g.want(g.signIn(attempt[0], attempt[1]), http.StatusUnauthorized, "No account has this name and password.")
		if n := hashes.Load(); n != int64(i+1) {
			t.Errorf("%q hashed %d passwords in all, not %d", attempt[0], n, i+1)
		}
		pages[strings.ReplaceAll(w.Body.String(), attempt[0], "NAME")] = true
	}
	if len(pages) > 2 { // the escaped name is another one
		t.Errorf("%d different answers", len(pages))
	}
	for line := range strings.Lines(h.log.String()) {
		if strings.Contains(line, "nobody") || strings.Contains(line, "script") {
			t.Errorf("the log has what somebody typed: %s", line)
		}
	}
}

// TestGuessing: a client has ten attempts, then one in thirty seconds. Guesses of others do not lock out a person who
// signed in from the same place before, nor anybody with a passkey.
func TestGuessing(t *testing.T) {
	h := newHouse(t, "")
	h.enter("aisha", oped.RoleCurator)
	home := h.guest()
	home.peer = "192.0.2.50"
	home.want(home.signIn("aisha", goodPassword), http.StatusSeeOther)
	home.post("sign-out")

	guesser := h.guest()
	guesser.peer = "2001:db8::1"
	for i := range clientBurst {
		guesser.peer = fmt.Sprintf("2001:db8::%d", i+1) // of one network
		guesser.want(guesser.signIn("aisha", "wrong wrong wrong"), http.StatusUnauthorized)
	}
	w := guesser.want(guesser.signIn("aisha", goodPassword), http.StatusTooManyRequests, "Try again in")
	if w.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.pass(signInEvery)
	guesser.want(guesser.signIn("aisha", "wrong wrong wrong"), http.StatusUnauthorized)
	guesser.want(guesser.signIn("aisha", "wrong wrong wrong"), http.StatusTooManyRequests)

	for i := range nameBurst { // from everywhere
		h.desk.signIns.wait(fmt.Sprintf("198.51.100.%d", i), "aisha")
	}
	stranger := h.guest()
	stranger.peer = "203.0.113.9"
	stranger.want(stranger.signIn("aisha", goodPassword), http.StatusTooManyRequests)
	home.want(home.signIn("aisha", goodPassword), http.StatusSeeOther)
	stranger.want(stranger.post("passkey/begin"), http.StatusOK)
	if n := len(h.logged("too many attempts")); n != 3 {
		t.Errorf("%d lines about refused attempts", n)
	}
}

// TestManyNamesFreeNoGuesser: a refused client adds nothing to what is remembered, and memory is bounded.
func TestManyNamesFreeNoGuesser(t *testing.T) {
	now := time.Unix(0, 0)
	s := newSignIns(func() time.Time { return now })
	for i := range 3 * maxLimited {
		s.wait("192.0.2.1", fmt.Sprint("name ", i))
	}
	if len(s.all) > clientBurst+1 {
		t.Errorf("one client filled %d places", len(s.all))
	}
	for i := range 3 * maxLimited {
		s.wait(fmt.Sprintf("10.%d.%d.1", i/256, i%256), "aisha")
		s.succeeded(fmt.Sprintf("11.%d.%d.1", i/256, i%256), "bilal")
	}
	if len(s.all) > maxLimited || len(s.known) > maxLimited {
		t.Errorf("%d and %d places", len(s.all), len(s.known))
	}
}

// TestASharedNetworkGuessesSlowly: a colleague in the network of an account cannot guess faster by signing in between.
func TestASharedNetworkGuessesSlowly(t *testing.T) {
	now := time.Unix(0, 0)
	s := newSignIns(func() time.Time { return now })
	s.succeeded("192.0.2.1", "aisha")
	guesses := 0
	for range 10 {
		for s.wait("192.0.2.1", "aisha") == 0 && guesses < 1000 {
			guesses++
		}
		s.succeeded("192.0.2.1", "bilal")
	}
	if guesses > clientBurst {
		t.Errorf("%d guesses in no time", guesses)
	}
}

// TestAHundredSignInsAtOnce: no more than one password is hashed at a time, and those beyond the queue are told so.
func TestAHundredSignInsAtOnce(t *testing.T) {
	h := newHouse(t, "")
	h.enter("aisha", oped.RoleCurator)
	_, atATime := h.countHashes()
	var signedIn, refused, other atomic.Int64
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			g := h.guest()
			g.peer = fmt.Sprintf("198.51.100.%d", i)
			switch w := g.signIn([]string{"aisha", fmt.Sprint("nobody ", i)}[i%2], goodPassword); {
			case w.Code == http.StatusSeeOther || w.Code == http.StatusUnauthorized:
				signedIn.Add(1)
			case w.Code == http.StatusServiceUnavailable && w.Header().Get("Retry-After") != "":
				refused.Add(1)
			case w.Code == http.StatusTooManyRequests: // of one name
				other.Add(1)
			default:
				other.Add(100)
			}
		})
	}
	wg.Wait()
	if n := atATime.Load(); n > atOnce {
		t.Errorf("%d passwords hashed at a time", n)
	}
	if signedIn.Load() < atOnce+maxWaiting || signedIn.Load()+refused.Load()+other.Load() != 100 {
		t.Errorf("%d answered, %d refused, %d others", signedIn.Load(), refused.Load(), other.Load())
	}
}

// TestTheQueueOfPasswords: beyond its end there is no waiting, and who leaves frees a place.
func TestTheQueueOfPasswords(t *testing.T) {
	x := newHashing()
	hold := make(chan struct{})
	x.derive = func([]byte, []byte, uint32, uint32, uint8, uint32) []byte {
		<-hold
		return nil
	}
	ctx, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range atOnce + maxWaiting {
		x.taken <- struct{}{}
	}
	if _, err := x.do(ctx, "", nobody()); err != errBusy {
		t.Errorf("beyond the queue: %v", err)
	}
	for range atOnce + maxWaiting {
		<-x.taken
	}
	for range atOnce + 1 {
		wg.Go(func() { x.do(ctx, "", nobody()) })
	}
	leave()
	close(hold)
	wg.Wait()
	if len(x.taken) != 0 || len(x.hashed) != 0 {
		t.Error("places are lost")
	}
}

func TestPasswords(t *testing.T) {
	x := newHashing()
	for _, bad := range []string{"", "short", strings.Repeat("a", maxPassword+1)} {
		if _, err := x.hash(t.Context(), bad); err == nil {
			t.Errorf("%.20q is a password", bad)
		}
	}
	hash, err := x.hash(t.Context(), "چار لفظ کافی ہیں")
	must(t, err)
	again, err := x.hash(t.Context(), "چار لفظ کافی ہیں")
	must(t, err)
	if hash == again || !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("hashes: %s, %s", hash, again)
	}
	for password, want := range map[string]bool{"چار لفظ کافی ہیں": true, "چار لفظ کافی ہیں ": false} {
		if ok, err := x.matches(t.Context(), password, hash); ok != want || err != nil {
			t.Errorf("%q: %t, %v", password, ok, err)
		}
	}
	if ok, err := x.matches(t.Context(), "", ""); ok || err != nil {
		t.Error("no password matches one")
	}
	// of the reference program
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := x.matches(t.Context(), "password", reference); !ok || err != nil {
		t.Errorf("the hash of another program: %t, %v", ok, err)
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add(nobody().String())
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=4294967295,t=0,p=0$$")
	f.Fuzz(func(t *testing.T, s string) {
		x, err := parseHash(s)
		if err != nil {
			return
		}
		if x.memory > 16*argonMemory || x.passes > 16*argonPasses {
			t.Fatalf("%q costs too much", s)
		}
		again, err := parseHash(x.String())
		if err != nil || again.String() != x.String() {
			t.Fatalf("%q: %v", s, err)
		}
		if x.memory <= 1024 && x.passes <= 4 { // no panic for small ones
			argon2.IDKey(nil, x.salt, x.passes, x.memory, x.lanes, uint32(len(x.key)))
		}
	})
}

// TestOneTimeLinks: a link works once, for fifteen minutes, is stored as a hash, and never logged.
func TestOneTimeLinks(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	first, err := h.accounts().First(t.Context())
	must(t, err)
	if first.Role != oped.RoleOperator {
		t.Fatal("no link for the first operator")
	}
	g := h.guest()
	_, page, _ := strings.Cut(first.URL, app.DeskPath)
	for range 2 {
		g.want(g.get(page), http.StatusOK, "Your name, as the log shows it") // looking does not use it up
	}
	g.want(g.open(first.URL, "name", "omar", "password", "short"), http.StatusUnprocessableEntity,
		"fewer than 10 characters")
	g.want(g.open(first.URL, "name", "<b>", "password", goodPassword), http.StatusUnprocessableEntity,
		"is no name of an account")
	h.raw(g, "POST", app.DeskPath+page, "Origin", "https://evil.example")
	g.want(g.open(first.URL, "name", "omar", "password", goodPassword), http.StatusSeeOther)
	g.want(h.guest().open(first.URL, "name", "mallory", "password", goodPassword), http.StatusUnprocessableEntity,
		"was used")
	g.want(h.guest().get(page), http.StatusUnprocessableEntity)
	if second, err := h.accounts().First(t.Context()); second.URL != "" || err != nil {
		t.Error("a second link for a first operator")
	}

	link := g.linkOn(g.want(g.post("accounts/add", "name", "aisha", "role", "curator"), http.StatusOK))
	h.pass(15 * time.Minute)
	g.want(h.guest().open(link, "password", goodPassword), http.StatusUnprocessableEntity, "has expired")
	earlier := g.linkOn(g.post("accounts/reset", "name", "aisha"))
	later := g.linkOn(g.post("accounts/reset", "name", "aisha"))
	g.want(h.guest().open(earlier, "password", goodPassword), http.StatusUnprocessableEntity)

	db, err := os.ReadFile(h.desk.live.App().Config().Store)
	must(t, err)
	wal, _ := os.ReadFile(h.desk.live.App().Config().Store + "-wal")
	g.want(h.guest().open(later, "password", goodPassword), http.StatusSeeOther)
	for _, url := range []string{first.URL, link, earlier, later} {
		secret := url[strings.LastIndex(url, "/")+1:]
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log has a link: %s", secret)
		}
		if bytes.Contains(db, []byte(secret)) || bytes.Contains(wal, []byte(secret)) {
			t.Error("the database has a link")
		}
	}
	if secret := secretOf(g); bytes.Contains(wal, []byte(secret)) || bytes.Contains(db, []byte(secret)) {
		t.Error("the database has the secret of a session")
	}
}

// TestFirstLinkIsVoidWithAnAccount: an account added meanwhile voids the link for the first operator.
func TestFirstLinkIsVoidWithAnAccount(t *testing.T) {
	h := newHouse(t, "")
	first, err := h.accounts().First(t.Context())
	must(t, err)
	h.enter("aisha", oped.RoleReader)
	g := h.guest()
	g.want(g.open(first.URL, "name", "mallory", "password", goodPassword), http.StatusUnprocessableEntity)
	if names := h.names(); len(names) != 1 {
		t.Errorf("accounts: %q", names)
	}
}

// TestALinkUsedTwiceAtOnce: one of two browsers gets in.
func TestALinkUsedTwiceAtOnce(t *testing.T) {
	h := newHouse(t, "")
	first, err := h.accounts().First(t.Context())
	must(t, err)
	var in atomic.Int64
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			if h.guest().open(first.URL, "name", fmt.Sprint("p", i), "password", goodPassword).Code == http.StatusSeeOther {
				in.Add(1)
			}
		})
	}
	wg.Wait()
	if in.Load() != 1 || len(h.names()) != 1 {
		t.Errorf("%d got in, accounts %q", in.Load(), h.names())
	}
}

// TestChangeOfPassword: it needs the old one, and ends the other sessions.
func TestChangeOfPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	g, other := h.enter("aisha", oped.RoleCurator), h.guest()
	other.want(other.signIn("aisha", goodPassword), http.StatusSeeOther)
	g.want(g.post("own/password", "old", "something else", "password", "another good one"), http.StatusUnprocessableEntity,
		"The present password is another one.")
	g.want(g.post("own/password", "old", goodPassword, "password", "short"), http.StatusUnprocessableEntity,
		"fewer than")
	if !other.signedIn() {
		t.Error("a refused change ended a session")
	}
	g.want(g.post("own/password", "old", goodPassword, "password", "another good one"), http.StatusSeeOther)
	if other.signedIn() || !g.signedIn() {
		t.Error("the other session lives on, or the own one ended")
	}
	other.want(other.signIn("aisha", goodPassword), http.StatusUnauthorized)
	other.want(other.signIn("aisha", "another good one"), http.StatusSeeOther)
}

// TestAccountsPage: an operator adds, changes and removes accounts, and every act is one line of the log.
func TestAccountsPage(t *testing.T) {
	h := newHouse(t, "")
	op := h.enter("omar", oped.RoleOperator)
	op.want(op.post("accounts/remove", "name", "nobody"), http.StatusUnprocessableEntity, "There is no account")
	aisha := h.guest()
	link := op.linkOn(op.want(op.post("accounts/add", "name", "aisha", "role", "reader"), http.StatusOK,
		"shown only here"))
	if strings.Contains(op.get("accounts").Body.String(), "/enter/") {
		t.Error("the link is shown twice")
	}
	aisha.want(aisha.open(link, "password", goodPassword), http.StatusSeeOther)
	for _, taken := range []string{"aisha", "Aisha"} {
		op.want(op.post("accounts/add", "name", taken), http.StatusUnprocessableEntity,
			"There is an account aisha already")
	}
	op.want(op.post("accounts/add", "name", "rule"), http.StatusUnprocessableEntity, "reserved")
	op.want(op.post("accounts/role", "name", "omar", "role", "reader"), http.StatusUnprocessableEntity,
		"The only operator is omar.")
	op.want(op.post("accounts/remove", "name", "omar"), http.StatusUnprocessableEntity, "The only operator is omar.")
	op.want(op.post("accounts/role", "name", "aisha", "role", "boss"), http.StatusUnprocessableEntity, "is no role")
	op.want(op.post("accounts/role", "name", "aisha", "role", "curator"), http.StatusSeeOther)
	for _, s := range h.account("aisha").Sessions {
		op.want(op.post("accounts/end", "name", "aisha", "session", hex.EncodeToString(s.ID)), http.StatusSeeOther)
	}
	if aisha.signedIn() {
		t.Error("the session lives on")
	}
	aisha.want(aisha.signIn("aisha", "wrong wrong wrong"), http.StatusUnauthorized)
	aisha.want(aisha.signIn("aisha", goodPassword), http.StatusSeeOther)
	aisha.want(aisha.post("own/password", "old", goodPassword, "password", "another good one"), http.StatusSeeOther)
	aisha.want(aisha.post("own/end"), http.StatusSeeOther)
	op.want(op.post("accounts/end", "name", "aisha"), http.StatusSeeOther)
	op.want(op.post("accounts/reset", "name", "aisha"), http.StatusOK)
	op.want(op.post("accounts/remove", "name", "aisha"), http.StatusSeeOther)
	op.want(op.post("sign-out"), http.StatusSeeOther)
	for _, line := range []string{
		`msg="account added" by=omar client=192.0.2.1 account=aisha role=reader`,
		`msg="signed in" by=aisha client=192.0.2.1 method="one-time link"`,
		`msg="role changed" by=omar client=192.0.2.1 account=aisha role=curator`,
		`msg="session ended" by=omar client=192.0.2.1 account=aisha`,
		`msg="sign-in failed" account=aisha client=192.0.2.1`,
		`msg="signed in" by=aisha client=192.0.2.1 method=password`,
		`msg="password changed" by=aisha client=192.0.2.1`,
		`msg="sessions ended" by=aisha client=192.0.2.1 account=aisha`,
		`msg="sessions ended" by=omar client=192.0.2.1 account=aisha`,
		`msg="account reset" by=omar client=192.0.2.1 account=aisha`,
		`msg="account removed" by=omar client=192.0.2.1 account=aisha`,
		`msg="signed out" by=omar client=192.0.2.1`,
	} {
		if got := h.logged(line); len(got) != 1 {
			t.Errorf("%d lines with %s", len(got), line)
		}
	}
	if strings.Contains(h.log.String(), goodPassword) {
		t.Error("the log has a password")
	}
}

// TestTheOnlyAccountStaysAnOperator: it cannot lock itself out of the page of accounts.
func TestTheOnlyAccountStaysAnOperator(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	op := h.enter("omar", oped.RoleOperator)
	op.want(op.post("accounts/role", "name", "omar", "role", "reader"), http.StatusUnprocessableEntity, "The only operator")
}

// TestDecisionsOutliveTheirAccount: the log names who decided, also after a removal.
func TestDecisionsOutliveTheirAccount(t *testing.T) {
	h := newHouse(t, "")
	op, g := h.enter("omar", oped.RoleOperator), h.enter("aisha", oped.RoleCurator)
	g.want(g.post("decide", "action", "tag", "piece", "1", "topic", "nothing"), http.StatusUnprocessableEntity)
	g.want(g.post("decide", "action", "approve", "piece", "1", "edition", "picks"), http.StatusSeeOther)
	op.want(op.post("accounts/remove", "name", "aisha"), http.StatusSeeOther)
	all, err := h.desk.live.App().Decisions(t.Context(), 1)
	must(t, err)
	if len(all) != 1 || all[0].By != "aisha" {
		t.Errorf("decisions: %+v", all)
	}
}

// TestStoredMarkup: nothing that a person or a browser sends is markup on a page.
func TestStoredMarkup(t *testing.T) {
	h := newHouse(t, "publish: {title: 'A <script>alert(1)</script> & B'}")
	const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>`
	op := h.enter("omar", oped.RoleOperator)
	op.want(op.send("POST", "sign-in", url.Values{"name": {"omar"}, "password": {goodPassword}}, "User-Agent", evil),
		http.StatusSeeOther)
	must(t, h.accounts().AddPasskey(t.Context(), oped.Passkey{
		ID:         []byte("id"),
		Account:    h.account("omar").ID,
		Name:       evil,
		Credential: "{}",
	}))
	pages := []*httptest.ResponseRecorder{
		op.get("own"), op.get("accounts"), op.get("?done=<script>"), op.get("nowhere?" + url.QueryEscape(evil)),
		h.guest().get("sign-in?to=" + url.QueryEscape(evil)), h.guest().signIn(evil, evil),
		op.post("accounts/add", "name", evil), op.post("accounts/role", "name", evil, "role", evil),
		h.guest().get("enter/" + url.PathEscape(evil)),
	}
	for i, w := range pages {
		body := w.Body.String()
		for _, bad := range []string{"<img", "<script>", "onerror=alert(1)>"} {
			if strings.Contains(body, bad) {
				t.Errorf("page %d has %s:\n%s", i, bad, body)
			}
		}
	}
	op.want(pages[0], http.StatusOK, "&lt;img src=x")
}

// TestAFullDiskSignsNobodyOut: the use of a session is recorded if it can be.
func TestAFullDiskSignsNobodyOut(t *testing.T) {
	h := newHouse(t, "")
	g := h.enter("aisha", oped.RoleReader)
	db, err := sql.Open("sqlite", h.desk.live.App().Config().Store)
	must(t, err)
	defer db.Close()
	_, err = db.Exec("CREATE TRIGGER full BEFORE UPDATE ON session BEGIN SELECT raise(ABORT, 'disk full'); END")
	must(t, err)
	h.pass(time.Hour)
	g.want(g.get("own"), http.StatusOK)
}

func TestBrowserNames(t *testing.T) {
	const webkit = " AppleWebKit/537.36 (KHTML, like Gecko) "
	for _, x := range [][2]string{
		{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"},
		{"Mozilla/5.0 (Linux; Android 10; K)" + webkit + "Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"},
		{"Mozilla/5.0 (iPhone; like Mac OS X)" + webkit + "Version/18.5 Safari/604.1", "Safari on iPhone"},
		{"Mozilla/5.0 (Windows NT 10.0)" + webkit + "Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"},
		{"curl/8.5", "Unknown browser"},
		{"", "Unknown browser"},
	} {
		if got := browser(x[0]); got != x[1] {
			t.Errorf("%s: %s", x[0], got)
		}
	}
}

// TestAFullDiskIsSaid: whoever cannot act because of it can tell an operator.
func TestAFullDiskIsSaid(t *testing.T) {
	h := newHouse(t, "")
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "small.db"))
	must(t, err)
	defer db.Close()
	_, full := db.Exec("PRAGMA max_page_count = 2; CREATE TABLE x (y); INSERT INTO x VALUES (zeroblob(100000))")
	if full == nil {
		t.Fatal("the small database is not full")
	}
	h.desk.mux.Handle("GET /desk/full", h.desk.handler(route{"GET", "full", "", func(*visit) error { return full }}))
	g := h.guest()
	g.want(g.get("full"), http.StatusServiceUnavailable, "its disk is full, or fails", "Tell an operator")
}

// TestAResetEndsSignInsUnderWay: a password that is being checked while its account is reset opens no session.
func TestAResetEndsSignInsUnderWay(t *testing.T) {
	h := newHouse(t, "")
	op, g := h.enter("omar", oped.RoleOperator), h.guest()
	h.enter("aisha", oped.RoleCurator)
	h.desk.hashing.derive = func(password, salt []byte, _, _ uint32, _ uint8, size uint32) []byte {
		op.want(op.post("accounts/reset", "name", "aisha"), http.StatusOK)
		return quickHash(password, salt, 0, 0, 0, size)
	}
	g.want(g.signIn("aisha", goodPassword), http.StatusUnauthorized, "changed while you signed in")
	if g.signedIn() {
		t.Error("the old password opened a session after the reset")
	}
}
