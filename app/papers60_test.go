package app

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"oped/internal/newstest"
)

// printed is a piece as printed by newspapers: its headlines, addresses, authors and times.
type printed struct {
	titles, links []string
	dates         []time.Time
	author        string
	day           int  // on which it was printed first
	wanted        bool // by the rule in force: it has to be in the edition
	optional      bool // it was in the edition for a while: who has it may keep it
	gone          bool // it was withdrawn, or merged into its twin, or its twin into it
	twin          int  // the piece that it was merged with
}

// newspaper prints its newest items.
type newspaper struct {
	*newstest.Paper
	path, name string
	items      []newstest.Item // the newest first
}

const pageOf = 80 // items that a feed has

func (n *newspaper) print() {
	n.Edition(n.path, n.name, n.items[:min(pageOf, len(n.items))]...)
}

// has reports whether the piece was printed like this anywhere.
func (w *printed) has(e listed) bool {
	return slices.Contains(w.titles, e.Title) && slices.Contains(w.links, e.Link) && (e.Author == "" ||
		e.Author == w.author) &&
		slices.ContainsFunc(w.dates, func(d time.Time) bool { return d.Equal(e.Date) })
}

// write lets a paper have new items. Every sixth is on the topic only by the other rule; every eleventh has no date.
func (s *sixty) write(paper, n int) {
	p := s.papers[paper]
	for range n {
		s.count++
		k := s.count
		item := newstest.Items("https://"+strings.ToLower(p.name[4:])+".example", k, 1)[0]
		item.Published = s.now.Add(-time.Duration(1+k%5) * time.Hour)
		w := &printed{
			titles: []string{item.Title},
			links:  []string{item.Link},
			author: item.Author,
			day:    s.today,
			dates:  []time.Time{item.Published, s.now},
		}
		switch paper {
		case 1:
			item.GUID = fmt.Sprintf("https://two.example/?p=%d", k)
		case 2:
			item.GUID = fmt.Sprintf("three-%d", k)
		}
		if k%11 == 0 {
			item.Published = time.Time{}
		}
		word := "river"
		if w.wanted = k%6 != 0; !w.wanted {
			word = "bridge"
		}
		item.HTML = fmt.Sprintf("<p>%s, and the %s of it.</p>", newstest.Words(k, 60), word)
		s.world[k] = w
		p.items = slices.Insert(p.items, 0, item)
	}
}

// copy makes the copying paper print a piece of another one.
func (s *sixty) copy(item newstest.Item) {
	k := number(item.Link)
	item.Link, item.Title = fmt.Sprintf("https://copies.example/taken/%d", k), fmt.Sprintf("Taken over: number %d", k)
	item.GUID, item.Published = item.Link, s.now.Add(-time.Hour)
	w := s.world[k]
	w.titles, w.links, w.dates = append(w.titles, item.Title), append(w.links, item.Link), append(w.dates,
		item.Published, s.now)
	s.papers[3].items = slices.Insert(s.papers[3].items, 0, item)
}

// number returns the number of a piece, the end of its every address.
func number(link string) int {
	n, _ := strconv.Atoi(path.Base(link))
	return n
}

// headline edits the headline of an item.
func (s *sixty) headline(item *newstest.Item) {
	item.Title += ", corrected"
	w := s.world[number(item.Link)]
	w.titles = append(w.titles, item.Title)
}

// link returns the address of an item of a paper, the newest being number 0, counting only pieces on the topic.
func (s *sixty) link(paper, n int) string {
	for i := range s.papers[paper].items {
		if link := s.papers[paper].items[i].Link; s.world[number(link)].wanted {
			if n--; n < 0 {
				return link
			}
		}
	}
	s.Fatalf("paper %d has no such item", paper)
	return ""
}

// day prints one day of the papers.
func (s *sixty) day(day int) {
	if day > 1 {
		s.copy(s.papers[day%3].items[0])
	}
	for paper := range 3 {
		s.write(paper, 3)
	}
	one, two, three := s.papers[0], s.papers[1], s.papers[2]
	if day%7 == 0 {
		s.headline(&s.papers[day%3].items[10])
	}
	if day%5 == 0 { // no news
		item := &s.papers[day%3].items[11]
		item.HTML = strings.Replace(item.HTML, ", and", " and", 1)
	}
	switch day {
	case 10, 35: // another system, with guids of its own for the same items
		for i := range two.items {
			two.items[i].GUID = fmt.Sprintf("%s&v=%d", two.items[i].GUID, day)
		}
	case 14:
		one.Serve("/feed", newstest.Answer{Redirect: s.moved.URL + "/opinion.xml", Status: 301})
		one.Paper, one.path = s.moved, "/opinion.xml"
	case 20:
		for i := range three.items { // addresses, too
			link := strings.Replace(three.items[i].Link, "/opinion/", "/comment/", 1)
			w := s.world[number(link)]
			three.items[i].Link, w.links = link, append(w.links, link)
		}
	case 25: // guids and addresses at once, and a headline
		for i := range one.items {
			link := strings.Replace(one.items[i].Link, "https://one.example/opinion/", "https://www.one.example/views/", 1)
			w := s.world[number(link)]
			one.items[i].Link, one.items[i].GUID, w.links = link, "one-"+link, append(w.links, link)
		}
		two.items[3].GUID += "&edited"
		s.headline(&two.items[3])
	case 30: // the new address of the moved feed
		s.restart(func() { s.configure("{river: 1}") })
	case 38:
		s.write(1, 70)
	case restoredOn + 1: // what has no date has that of its first sight, which is another one now
		for _, w := range s.world {
			w.dates = append(w.dates, s.now)
		}
	}
}
