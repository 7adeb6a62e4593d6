package publish

import (
	"cmp"
	"context"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"oped"
	"oped/publish/page"
)

// authorListKind is the kind of the pages listing authors: one for each first letter of their addresses, and an index.
// The index of few authors has their names, that of many only the letters.
type authorListKind struct{ site *site }

const (
	authorsFile  = authorFolder + "index.html"
	letterFolder = authorFolder + "letter/"

	// maxIndexed is the greatest number of authors named on the index.
	maxIndexed = 300
)

func letterFile(letter string) string { return letterFolder + letter + "/index.html" }

// letterOf returns the letter of a page's name.
func letterOf(name string) (letter string, ok bool) {
	letter, ok = slugOf(letterFolder, name)
	return letter, ok && utf8.RuneCountInString(letter) == 1
}

// firstLetter returns the first letter of an author's key.
func firstLetter(key string) string {
	_, size := utf8.DecodeRuneInString(key)
	return key[:size]
}

func (authorListKind) Match(name string) bool {
	_, ok := letterOf(name)
	return ok || name == authorsFile
}

func (k authorListKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	return pagesOf(names, func(name string) (Page, error) {
		if letter, ok := letterOf(name); ok {
			keys, err := k.keys(ctx, letter)
			if err != nil || len(keys) == 0 {
				return Page{Name: name}, err
			}
			return k.page(ctx, name, letter, nil, keys)
		}
		keys, err := k.site.options.Catalog.People.AuthorKeys(ctx, "", maxIndexed+1)
		if err != nil || len(keys) <= maxIndexed {
			return k.page(ctx, name, "", nil, keys)
		}
		letters, err := k.letters(ctx)
		if err != nil {
			return Page{}, err
		}
		return k.page(ctx, name, "", letters, nil)
	})
}

// keys returns the authors with a letter.
func (k authorListKind) keys(ctx context.Context, letter string) (all []string, err error) {
	for after := letter; ; after = all[len(all)-1] {
		keys, err := k.site.options.Catalog.People.AuthorKeys(ctx, after, pageOfIDs)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			if !strings.HasPrefix(key, letter) {
				return all, nil
			}
			all = append(all, key)
		}
		if len(keys) < pageOfIDs {
			return all, nil
		}
	}
}

// letters returns the first letters of all authors, in alphabetical order.
func (k authorListKind) letters(ctx context.Context) (all []string, err error) {
	for after := ""; ; {
		keys, err := k.site.options.Catalog.People.AuthorKeys(ctx, after, 1)
		if err != nil || len(keys) == 0 {
			slices.SortFunc(all, alphabetically)
			return all, err
		}
		letter := firstLetter(keys[0])
		all = append(all, letter)
		after = letter + string(utf8.MaxRune)
	}
}

// urduAlphabet has the letters of folded text in their order, other than that of their code points.
const urduAlphabet = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیے"

// alphabetically compares folded words.
func alphabetically(a, b string) int {
	place := func(r rune) rune {
		if i := strings.IndexRune(urduAlphabet, r); i >= 0 {
			return 'ا' + rune(i)
		}
		return r
	}
	return slices.CompareFunc([]rune(a), []rune(b), func(a, b rune) int { return cmp.Compare(place(a), place(b)) })
}

// page returns the page of a letter, or the index with some letters or authors.
func (k authorListKind) page(ctx context.Context, name, letter string, letters, keys []string) (Page, error) {
	people := k.site.options.Catalog.People
	lists, err := people.AuthorVersions(ctx, keys)
	if err != nil {
		return Page{}, err
	}
	keys = slices.DeleteFunc(keys, func(key string) bool { return lists[key].Pieces == 0 })
	slices.SortFunc(keys, alphabetically)
	if letter != "" && len(keys) == 0 {
		return Page{Name: name}, nil
	}
	var d hasher
	d.strings(k.site.rendering, letter)
	d.strings(letters...)
	for _, key := range keys {
		d.strings(key)
		d.numbers(int64(lists[key].Pieces))
		k.site.hashRows(&d, lists[key].Version)
	}
	return Page{
		Name:    name,
		Version: d.version(),
		Meta:    k.site.html(time.Time{}),
		Render: func(ctx context.Context, w io.Writer) error {
			names, err := people.AuthorNames(ctx, keys)
			if err != nil {
				return err
			}
			return k.site.pages.Write(w, k.view(letter, letters, keys, names, lists))
		},
	}, nil
}

func (k authorListKind) view(
	letter string, letters, keys []string, names map[string]string, lists map[string]oped.ListVersion,
) *page.Authors {
	s, lang := k.site, k.site.language()
	title, url := s.words.Say(lang, "Authors"), s.at.base+"/"+authorFolder
	v := &page.Authors{Letter: strings.ToUpper(letter)}
	if letter != "" {
		v.All = url
		title, url = title+": "+v.Letter, s.at.base+"/"+strings.TrimSuffix(letterFile(letter), "index.html")
	}
	v.Head = head(lang, title, url)
	v.Dir, v.Section = Direction(lang, ""), "author"
	for _, letter := range letters {
		v.Letters = append(v.Letters, page.Link{
			Name: strings.ToUpper(letter),
			URL:  s.at.base + "/" + strings.TrimSuffix(letterFile(letter), "index.html"),
		})
	}
	for _, key := range keys {
		name := cutLine(names[key], maxName)
		if name == "" {
			continue // a former key
		}
		initial := strings.ToUpper(firstLetter(key))
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Letter != initial {
			v.Groups = append(v.Groups, page.AuthorGroup{Letter: initial})
			if letter == "" {
				v.Letters = append(v.Letters, page.Link{Name: initial, URL: "#" + initial})
			}
		}
		l := page.AuthorLine{
			Name:   name,
			Dir:    Direction("", name),
			URL:    s.people.authorURL(key),
			Pieces: lists[key].Pieces,
		}
		if l.Dir == "rtl" {
			l.Lang = "ur"
		}
		group := &v.Groups[len(v.Groups)-1]
		group.Of = append(group.Of, l)
	}
	return v
}

// Affected returns the index, and the pages of the letters of changed authors.
func (k authorListKind) Affected(ctx context.Context, c *oped.ChangeSet) iter.Seq2[string, error] {
	if len(c.Pieces) == 0 {
		return each[string](nil)
	}
	pages, err := gathered(authorKind(k).Affected(ctx, c))
	if err != nil {
		return failing(err)
	}
	names := mapped(pages, func(name string) string {
		key, _ := slugOf(authorFolder, name)
		return letterFile(firstLetter(key))
	})
	slices.Sort(names)
	return each(append(slices.Compact(names), authorsFile))
}

func (k authorListKind) All(ctx context.Context) iter.Seq2[string, error] {
	letters, err := k.letters(ctx)
	if err != nil {
		return failing(err)
	}
	return each(append(mapped(letters, letterFile), authorsFile))
}
