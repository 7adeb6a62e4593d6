package publish

import (
	"cmp"
	"context"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"oped"
	"oped/publish/page"
)

// authorListKind is the kind of the pages listing authors by their family names: one for each first letter, and an index.
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

// firstLetter returns the first letter of an author in a list.
func firstLetter(key string) string {
	key = familyFirst(key)
	_, size := utf8.DecodeRuneInString(key)
	return key[:size]
}

// familyFirst returns the key of an author with the last word first, if it is Latin: a family name. Names in Urdu have
// no such order.
func familyFirst(key string) string {
	i := strings.LastIndexByte(key, '-')
	if r, _ := utf8.DecodeRuneInString(key[i+1:]); i < 0 || !unicode.Is(unicode.Latin, r) {
		return key
	}
	return key[i+1:] + "-" + key[:i]
}

// byFamily orders keys of authors.
func byFamily(a, b string) int { return alphabetically(familyFirst(a), familyFirst(b)) }

func (authorListKind) Match(name string) bool {
	_, ok := letterOf(name)
	return ok || name == authorsFile
}

func (k authorListKind) Pages(ctx context.Context, names []string) ([]Page, error) {
	all, err := gathered(k.keys(ctx))
	if err != nil {
		return nil, err
	}
	return pagesOf(names, func(name string) (Page, error) {
		letter, ok := letterOf(name)
		switch {
		case ok:
			return k.page(ctx, name, letter, nil, slices.DeleteFunc(slices.Clone(all), func(key string) bool {
				return firstLetter(key) != letter
			}))
		case len(all) <= maxIndexed:
			return k.page(ctx, name, "", nil, slices.Clone(all))
		}
		return k.page(ctx, name, "", lettersOf(all), nil)
	})
}

// keys returns the keys of all authors.
func (k authorListKind) keys(ctx context.Context) iter.Seq2[string, error] {
	return paged(func(after string, n int) ([]string, error) {
		return k.site.options.Catalog.People.AuthorKeys(ctx, after, n)
	}, func(key string) string { return key })
}

// lettersOf returns the first letters of some authors, in alphabetical order.
func lettersOf(keys []string) []string {
	all := mapped(keys, firstLetter)
	slices.SortFunc(all, alphabetically)
	return slices.Compact(all)
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
	slices.SortFunc(keys, byFamily)
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
	keys, err := gathered(k.keys(ctx))
	if err != nil {
		return failing(err)
	}
	return each(append(mapped(lettersOf(keys), letterFile), authorsFile))
}
