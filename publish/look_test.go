package publish

import (
	"fmt"
	"os"
	"testing"
	"time"

	"oped"
)

func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip()
	}
	s := example()
	long := s.pieces["pak-us"][0]
	long.AtomID = "tag:x,2026:long"
	l := long.Entries[0]
	l.Title = "A very long headline that goes on about the harbour, the treaty, the loan in dollars, the fees in rupees and the town that was never asked, in one breath"
	l.Lang = "en"
	long.Entries = []oped.Entry{l, {Publisher: "The Northern Observer", URL: "https://n.example/1", FirstSeen: time.Now()}, {Publisher: "Daily Lantern", URL: "https://l.example/1"}, {Publisher: "روزنامہ ساحل", URL: "https://m.example/1"}, long.Entries[1]}
	w := long
	w.AtomID = "w"
	w.Entries = []oped.Entry{l}
	w.Entries[0].Title = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	s.pieces["pak-us"] = append(s.pieces["pak-us"], long, w)
	u := s.pieces["adaria"][0]
	u.ID = 9
	s.pieces["adaria"] = append(s.pieces["adaria"], u, long)
	o := options()
	o.Dir = dir
	published(t, s, o)
	fmt.Println("ok")
}
