package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oped"
	"oped/topic"
)

// facts is a store of 40 pieces in three feeds, the newest first, one a day. Every second one is on the topic "even",
// every third one an editorial, every fourth one in Urdu.
func facts(t *testing.T) *Store {
	t.Helper()
	s := empty(t)
	t.Cleanup(func() { s.Close() })
	rows := []string{`DELETE FROM words`}
	for i, feed := range [][2]string{{"The Dawn", "Pakistan"}, {"ساحل", "Pakistan"}, {"", "India"}} {
		rows = append(rows, fmt.Sprintf(`
			INSERT INTO feed (id, url, position, name, title, publisher, site_url, country, lang, every, opinion,
				kind, implies, excerpt, full_text, enabled)
			VALUES (%[1]d, 'http://%[1]d.example/', %[1]d, '%[1]d', '', '%[2]s', '', '%[3]s', 'en', 0, '', '', '[]', 0, 0, 1)`,
			i+1, feed[0], feed[1]))
	}
	for i := 1; i <= 40; i++ {
		kind, lang, outcome := oped.Opinion, "EN_gb", oped.Review
		if i%3 == 0 {
			kind = oped.Editorial
		}
		if i%4 == 0 {
			lang = "ur"
		}
		if i%2 == 0 {
			outcome = oped.Tagged
		}
		rows = append(rows, fmt.Sprintf(`
			INSERT INTO piece (id, atom_id, kind, lead, date, revision)
			VALUES (%[1]d, 'urn:%[1]d', '%[2]s', %[1]d, %[3]d, 1)`, i, kind, march(41-i).UnixMilli()), fmt.Sprintf(`
			INSERT INTO entry (id, feed, piece, hash, guid, url, lang, publisher, source, rights, authors, categories,
				title, summary, content, text)
			VALUES (%[1]d, %[2]d, %[1]d, x'', '', '', '%[3]s', 'Wire', '', '', '[]', '[]', 'Title', '', '', '')`,
			i, i%3+1, lang), fmt.Sprintf(`
			INSERT INTO tag (piece, position, topic, outcome, given_by, score, threshold, rule_version, why)
			VALUES (%d, 0, 'even', '%s', 'rule', 1, 1, '', '[]')`, i, outcome), fmt.Sprintf(`
			INSERT INTO words (rowid, folded)
			VALUES (%d, 'title n%d')`, i, i%10))
	}
	s.db.writer.drop() // it holds the one connection
	for _, sql := range rows {
		if _, err := s.db.writer.db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(sql, err)
		}
	}
	return s
}

func march(day int) time.Time { return time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC) }

func is(filter, value string) topic.IndexQuery {
	return topic.IndexQuery{Op: topic.OpFact, Fact: topic.Fact{Filter: filter, Value: value}}
}

func not(q topic.IndexQuery) topic.IndexQuery {
	q.Fact.Not = true
	return q
}

func both(op topic.IndexOp, of ...topic.IndexQuery) topic.IndexQuery {
	return topic.IndexQuery{Op: op, Of: of}
}

// TestSearch_Facts: a search by facts gives the pieces that have them, the newest first, whether few pieces or many have
// one of them, with words and without.
func TestSearch_Facts(t *testing.T) {
	s := facts(t)
	between := func(from, to int) topic.IndexQuery {
		return both(topic.All,
			topic.IndexQuery{Op: topic.OpFact, Fact: topic.Fact{Filter: "date", From: march(from)}},
			topic.IndexQuery{Op: topic.OpFact, Fact: topic.Fact{Filter: "date", To: march(to)}})
	}
	word := topic.IndexQuery{Op: topic.Word, Word: "n3"}
	for name, tt := range map[string]struct {
		need topic.IndexQuery
		want func(i int) bool
	}{
		"publisher":    {is("publisher", "The Dawn"), func(i int) bool { return i%3 == 0 }},
		"of an entry":  {is("publisher", "Wire"), func(i int) bool { return i%3 == 2 }},
		"other":        {not(is("publisher", "ساحل")), func(i int) bool { return i%3 != 1 }},
		"country":      {is("country", "Pakistan"), func(i int) bool { return i%3 != 2 }},
		"topic":        {is("topic", "even"), func(i int) bool { return i%2 == 0 }},
		"off topic":    {not(is("topic", "even")), func(i int) bool { return i%2 != 0 }},
		"kind":         {is("kind", "editorial"), func(i int) bool { return i%3 == 0 }},
		"other kind":   {not(is("kind", "editorial")), func(i int) bool { return i%3 != 0 }},
		"lang":         {is("lang", "en"), func(i int) bool { return i%4 != 0 }},
		"other lang":   {not(is("lang", "en")), func(i int) bool { return i%4 == 0 }},
		"no such":      {is("lang", "e"), func(i int) bool { return false }},
		"dates":        {between(10, 20), func(i int) bool { return 10 <= 41-i && 41-i < 20 }},
		"a word":       {word, func(i int) bool { return i%10 == 3 }},
		"nothing":      {topic.IndexQuery{Op: topic.Never}, func(i int) bool { return false }},
		"all":          {topic.IndexQuery{}, func(i int) bool { return true }},
		"word, fact":   {both(topic.All, word, is("kind", "editorial")), func(i int) bool { return i%10 == 3 && i%3 == 0 }},
		"facts":        {both(topic.All, is("topic", "even"), is("lang", "ur")), func(i int) bool { return i%4 == 0 }},
		"one of facts": {both(topic.Any, is("lang", "ur"), is("kind", "editorial")), func(i int) bool { return i%4 == 0 || i%3 == 0 }},
		"word or fact": {both(topic.Any, word, is("kind", "editorial")), func(i int) bool { return true }},
	} {
		var got, want []oped.PieceID
		for p, err := range s.Pieces.Search(t.Context(), tt.need, oped.Cursor{}) {
			if err != nil {
				t.Fatal(name, err)
			}
			got = append(got, p.Piece.ID)
		}
		for i := 1; i <= 40; i++ {
			if tt.want(i) {
				want = append(want, oped.PieceID(i))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if tt.need.Words().Op != topic.Always {
			continue
		}
		condition, args := where(tt.need) // as if many pieces had each fact
		walked, err := s.Pieces.inOrder(condition, args, oped.Cursor{Date: 1 << 62, Piece: 1 << 62})(t.Context())
		if ids := piecesAt(walked); err != nil || !slices.Equal(ids, got) {
			t.Errorf("%s: walked %v, %v; want %v", name, ids, err, want)
		}
	}
}

// TestSearch_FactsFromIndexes: the pieces of a publisher and of a topic come from indexes, and a walk stays between its
// dates.
func TestSearch_FactsFromIndexes(t *testing.T) {
	s := facts(t)
	condition, args := where(topic.IndexQuery{Op: topic.OpFact, Fact: topic.Fact{Filter: "date", From: march(1)}})
	for query, wants := range map[string][]string{
		strings.Replace(byFeedsQuery, "%s", ofCountry, 1): {"SEARCH e USING COVERING INDEX entry_feed"},
		byTopicQuery: {"SEARCH tag USING COVERING INDEX"},
		strings.Replace(orderQuery, "%s", condition, 1): {"INDEX piece_date (date>"},
		strings.Replace(orderQuery, "%s", ofKind, 1):    {"COVERING INDEX piece_date"},
		strings.Replace(orderQuery, "%s", hasTopic, 1):  {"SEARCH t EXISTS USING INDEX", "INDEX piece_date (date<"},
		strings.Replace(orderQuery, "%s", strings.Replace(hasEntry, "%s", ofPublisher, 1), 1): {
			"SEARCH e USING INDEX entry_piece", "SEARCH f USING INTEGER PRIMARY KEY",
		},
	} {
		var plan []string
		filled := append(slices.Clip(args), make([]any, strings.Count(query, "?")-len(args))...)
		err := each(t.Context(), s.db.reader, `EXPLAIN QUERY PLAN `+query, filled, func(row scanner) error {
			var id, parent, unused int
			var detail string
			err := row.Scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		})
		if err != nil {
			t.Fatal(query, err)
		}
		for _, want := range wants {
			if !strings.Contains(strings.Join(plan, "\n"), want) {
				t.Errorf("%s\n%v, want %s", query, plan, want)
			}
		}
	}
}
