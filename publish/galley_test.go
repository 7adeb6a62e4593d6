package publish

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"oped"
)

// TestGalleys_WhateverChanges changes everything that rows hold, one after the other, and wants what is published with galleys of before to be what is
// made without.
func TestGalleys_WhateverChanges(t *testing.T) {
	s := example()
	s.editions = s.editions[:1]
	s.editions[0].Excerpt, s.feeds[0].Excerpt = 10, 8
	for _, p := range s.pieces["pak-us"] {
		for i := range p.Entries {
			e := &p.Entries[i]
			e.Source, e.Summary, e.Joined, e.Furniture = "Hill Institute", "<p>A teaser.</p>", "same address", [][2]int{{0, 1}}
		}
	}
	bare := oped.Piece{ID: 4, AtomID: "tag:hill.example,2026:4", Kind: oped.Letter, FirstSeen: at(5, 8), Entries: []oped.Entry{{FeedURL: "https://bare.example/feed", Title: "A letter"}, {FeedURL: s.feeds[2].URL, URL: "https://hill.example/letter"}}}
	s.pieces["pak-us"] = append(s.pieces["pak-us"], bare)
	s.feeds = append(s.feeds, oped.FeedState{Feed: oped.Feed{URL: "https://bare.example/feed", Publisher: "Bare Letters"}, DocTitle: "Letters", DocSite: "https://bare.example/", DocLang: "fr"})
	o, _ := withLibrary(t, s)
	o.FilesOnly = true // compresses nothing
	served := published(t, s, o)
	changed := 0
	again := func() {
		if err := served.Publish(t.Context(), oped.Changes{Editions: []string{"pak-us"}}); err != nil {
			t.Fatal(err)
		}
	}
	same := func(what, name string, want []byte) {
		if now := served.document(name); !bytes.Equal(now, want) {
			t.Errorf("%s: %s is\n%s\nset anew\n%s", what, name, now, want)
		}
	}
	compare := func(what string) {
		before := served.document("pak-us.atom")
		again()
		feeds := Feeds{}
		for _, f := range s.feeds {
			feeds[f.URL] = f
		}
		for _, f := range Formats() {
			var want bytes.Buffer
			if _, err := served.render.Render(&want, f, feeds, served.sheet(&s.editions[0]), each(s.pieces["pak-us"]), maxBytes); err != nil {
				t.Fatal(err)
			}
			same(what, feedFile("pak-us", f), want.Bytes())
		}
		var want bytes.Buffer
		if err := served.render.RenderPage(&want, feeds, s.editions[0], s.pieces["pak-us"]); err != nil {
			t.Fatal(err)
		}
		same(what, "pak-us/index.html", want.Bytes())
		if !bytes.Equal(before, served.document("pak-us.atom")) {
			changed++
		}
	}
	every := func(what string, v reflect.Value) {
		for name, change := range changes(what, v) {
			if strings.HasPrefix(name, "edition.Edition.Name") || strings.HasPrefix(name, "edition.Edition.Digest") {
				continue // it is another edition then
			}
			undo := change()
			compare(name)
			undo()
			again()
		}
	}
	for i := range s.feeds {
		every(fmt.Sprint("feed ", i), reflect.ValueOf(&s.feeds[i]).Elem())
	}
	every("edition", reflect.ValueOf(&s.editions[0]).Elem())
	for i := range s.pieces["pak-us"] {
		every(fmt.Sprint("piece ", i), reflect.ValueOf(&s.pieces["pak-us"][i]).Elem())
	}
	if changed < 50 {
		t.Errorf("%d changes were seen in the feed", changed)
	}
}

// changes gives, by its name, what changes one part of a value, and the function that it gives takes back; of each part that is not empty or no list.
func changes(name string, v reflect.Value) map[string]func() (undo func()) {
	all := map[string]func() func(){}
	set := func(name string, to any) {
		all[name] = func() func() {
			was := reflect.New(v.Type()).Elem()
			was.Set(v)
			v.Set(reflect.ValueOf(to).Convert(v.Type()))
			return func() { v.Set(was) }
		}
	}
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		set(name, v.Interface().(time.Time).Add(-25*time.Hour))
	case v.Kind() == reflect.String:
		set(name, v.String()+"x")
		set(name+" emptied", "")
	case v.Kind() == reflect.Bool:
		set(name, !v.Bool())
	case v.CanInt():
		set(name, v.Int()+7)
		set(name+" emptied", 0)
	case v.CanFloat():
		set(name, v.Float()+0.5)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			maps.Copy(all, changes(name+"."+v.Type().Field(i).Name, v.Field(i)))
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			maps.Copy(all, changes(fmt.Sprintf("%s[%d]", name, i), v.Index(i)))
		}
		if v.Len() > 1 {
			set(name+" shortened", v.Slice(0, v.Len()-1).Interface())
		}
	}
	return all
}
