package store

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"os"
	"time"

	"oped"
	"oped/internal/regular"
)

// A process may die of a feed it reads. So ClaimDue writes the feeds being fetched to a small file beside the
// database, and the next process reads it: those feeds are suspects. It fetches them last, each alone. If the
// process dies again, a feed fetched alone is to blame; see Interrupted.
//
// The file is written once for each batch of claims and never synced: it has to outlive the process, not the
// machine.

// mark is the content of that file.
type mark struct {
	Alone bool            `json:"alone"` // the one feed, a suspect, was being fetched alone
	Feeds map[int64]int64 `json:"feeds"` // rows of the feeds being fetched, and the time of their claim (ms)
}

// maxMark is the size limit for reading a mark: room for many times the feeds fetched at once.
const maxMark = 1 << 20

// lease is the lease of a feed being fetched.
type lease struct{ since, until time.Time }

func (s Feeds) markPath() string { return s.db.path + ".fetching" }

// readMark reads the mark of an earlier process. An unreadable file accuses no feed.
func (s Feeds) readMark() (m mark) {
	f, err := regular.Open(s.markPath())
	if err != nil {
		return mark{}
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxMark))
	if err != nil || json.Unmarshal(raw, &m) != nil {
		return mark{}
	}
	return m
}

// writeMark replaces the mark, or removes it if it is empty. Rename makes it whole or absent, whenever the
// process dies.
func (s Feeds) writeMark(m mark) {
	err := os.Remove(s.markPath())
	if len(m.Feeds) > 0 {
		var raw []byte
		if raw, err = json.Marshal(m); err == nil {
			if err = os.WriteFile(s.markPath()+"~", raw, 0o600); err == nil {
				err = os.Rename(s.markPath()+"~", s.markPath())
			}
		}
	}
	if err != nil && !os.IsNotExist(err) {
		s.db.log.Debug("mark not written", "err", err)
	}
}

const (
	waitsQuery    = `SELECT count(*) FROM feed WHERE id = $1 AND coalesce(last_fetch, 0) < $2`
	feedByIDQuery = `
		SELECT ` + feedColumns + `
		FROM feed
		WHERE id = $1`
)

// suspect loads the feeds in the mark of an earlier process, without those ingested since.
func (s Feeds) suspect(ctx context.Context) error {
	m := s.readMark()
	for row, since := range m.Feeds {
		var waits bool
		if err := s.db.writer.db.QueryRowContext(ctx, waitsQuery, row, since).Scan(&waits); err != nil {
			return err
		}
		if waits {
			s.db.suspects[row] = fromMillis(since)
		}
	}
	s.db.diedAlone = m.Alone && len(s.db.suspects) == 1
	if len(s.db.suspects) == 0 { // or it would accuse a feed of an older backup put in place of this database
		s.writeMark(mark{})
	}
	return nil
}

// Interrupted returns the one feed an earlier process was fetching, alone, when it died, and the time of its
// claim; false if no feed is to blame. The caller stores it as a failed fetch, to end the accusation.
func (s Feeds) Interrupted(ctx context.Context) (f oped.FeedState, since time.Time, found bool, err error) {
	s.db.leaseMu.Lock()
	defer s.db.leaseMu.Unlock()
	if !s.db.diedAlone {
		return f, since, false, nil
	}
	for row, since := range s.db.suspects {
		feeds, err := list(ctx, s.db.reader, scanFeed, feedByIDQuery, row)
		if err != nil {
			return f, since, false, s.db.doing("look for the interrupted feed", err)
		}
		if len(feeds) > 0 {
			return feeds[0], since, true, nil
		}
	}
	return f, since, false, nil
}

// impatience is the longest wait of a suspect for others. Then they wait for it.
const impatience = 15 * time.Minute

// pickSuspects picks the next feeds to fetch: the feeds without suspicion, or the suspect alone, if no other
// is due or it has waited too long. While feeds are being fetched a suspect waits; while a suspect is being
// fetched all others do.
func pickSuspects(
	others []oped.FeedState, suspect *oped.FeedState, busy, alone bool, now time.Time,
) (chosen []oped.FeedState, single bool) {
	switch {
	case alone:
		return nil, false
	case suspect == nil, len(others) > 0 && now.Sub(suspect.NextFetch) < impatience:
		return others, false
	case busy:
		return nil, false
	}
	return []oped.FeedState{*suspect}, true
}

// suspected reports whether an earlier process may have died of a feed.
func (s Feeds) suspected(f *oped.FeedState) bool {
	_, is := s.db.suspects[f.ID]
	return is || f.LastKind == oped.Fatal
}

// markLeases writes a mark of the feeds being fetched now, and of those still under suspicion.
func (s Feeds) markLeases() {
	m := mark{Alone: s.db.alone != 0, Feeds: map[int64]int64{}}
	for row, l := range s.db.leases {
		m.Feeds[row] = l.since.UnixMilli()
	}
	if !m.Alone {
		for row, since := range s.db.suspects {
			m.Feeds[row] = cmp.Or(m.Feeds[row], since.UnixMilli())
		}
	}
	s.writeMark(m)
}

// leaveMark writes a mark of the untried suspects when the store is closed in order.
func (s Feeds) leaveMark() {
	s.db.leaseMu.Lock()
	defer s.db.leaseMu.Unlock()
	if s.db.hasMark && !s.db.diedAlone {
		clear(s.db.leases)
		s.db.alone = 0
		s.markLeases()
	}
}

// unlease makes a feed open to claims again, once its new state is durable. The process has survived it: it
// is no suspect any more.
func (s Feeds) unlease(row int64) {
	s.db.leaseMu.Lock()
	defer s.db.leaseMu.Unlock()
	if _, is := s.db.suspects[row]; is {
		delete(s.db.suspects, row)
		s.db.diedAlone = false
	}
	delete(s.db.leases, row)
	if s.db.alone == row {
		s.db.alone = 0
	}
}
