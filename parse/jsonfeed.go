package parse

import (
	encoding "encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/json"

	"oped"
)

// readJSON reads a JSON Feed, version 1.0 or 1.1.
func readJSON(source string, in Input, limits Limits) (*document, error) {
	if err := jsonLimits(source, limits); err != nil {
		return nil, err
	}
	feed, err := new(json.Parser).Parse(strings.NewReader(source))
	if err != nil {
		return nil, jsonError(source, err)
	}
	if !strings.Contains(feed.Version, "jsonfeed.org") && (feed.Items == nil || feed.Title == "" && len(feed.Items) == 0) {
		return nil, fail(oped.NotFeed, "this is JSON, but no JSON Feed")
	}
	base := documentBase(in)
	doc := &document{version: "json1"}
	if len(feed.Items) > limits.Entries {
		feed.Items = feed.Items[:limits.Entries]
		doc.flaw = fmt.Sprintf("more than %d entries: the others were left out", limits.Entries)
	}
	if strings.HasSuffix(strings.TrimSuffix(feed.Version, "/"), "1.1") {
		doc.version = "json11"
	}
	doc.record = record{kind: jsonKind, base: base, id: feed.FeedURL, language: feed.Language, icon: join(base, feed.Icon)}
	doc.title = jsonText(feed.Title, plainType, base)
	doc.subtitle = jsonText(feed.Description, plainType, base)
	doc.link = address(base, feed.HomePageURL)
	doc.people = jsonPeople(feed.Authors, feed.Author, base)
	for _, item := range feed.Items {
		if item != nil {
			doc.entries = append(doc.entries, jsonRecord(item, base))
		}
	}
	return doc, nil
}

func jsonRecord(item *json.Item, base string) record {
	r := record{kind: jsonKind, base: base, id: strings.TrimSpace(item.ID), language: item.Language}
	r.link = address(base, firstOf(item.URL, item.ExternalURL))
	if r.link == "" && absolute(r.id) {
		r.link = r.id
	}
	if r.link != "" {
		r.links = append(r.links, link{rel: "alternate", media: htmlType, href: r.link})
	}
	r.title = jsonText(item.Title, plainType, base)
	r.summary = jsonText(item.Summary, plainType, base)
	if c := firstText(jsonText(item.ContentHTML, htmlType, base), jsonText(item.ContentText, plainType, base)); c != nil {
		r.contents = append(r.contents, *c)
	}
	r.people = jsonPeople(item.Authors, item.Author, base)
	r.published, r.updated = item.DatePublished, item.DateModified
	for _, tag := range item.Tags {
		r.tags = append(r.tags, category{term: tag})
	}
	if item.Attachments != nil {
		for _, a := range *item.Attachments {
			r.links = append(r.links, link{rel: "enclosure", media: a.MimeType, href: address(base, a.URL), title: a.Title,
				length: strconv.FormatInt(a.SizeInBytes, 10)})
		}
	}
	return r
}

func address(base, written string) string {
	if written == "" {
		return ""
	}
	return join(base, written)
}

func jsonText(value, media, base string) *construct {
	if value == "" {
		return nil
	}
	value, _ = clean(value) // JSON can write any character by its number
	return &construct{value: value, media: media, told: true, base: base}
}

func firstText(all ...*construct) *construct {
	for _, c := range all {
		if c != nil {
			return c
		}
	}
	return nil
}

// jsonPeople are the authors of version 1.1, else the one of 1.0.
func jsonPeople(list []*json.Author, one *json.Author, base string) []person {
	if len(list) == 0 {
		list = []*json.Author{one}
	}
	var out []person
	for _, a := range list {
		if a != nil {
			out = addPerson(out, person{name: a.Name, href: address(base, a.URL)})
		}
	}
	return out
}

// jsonLimits counts depth and entries before anything is built from them.
func jsonLimits(source string, limits Limits) error {
	var open []byte
	entries, quoted := 0, false
	for i := 0; i < len(source); i++ {
		c := source[i]
		if quoted {
			at := strings.IndexAny(source[i:], `"\`)
			if at < 0 {
				return nil
			}
			if i += at; source[i] == '\\' {
				i++
			} else {
				quoted = false
			}
			continue
		}
		switch c {
		case '"':
			quoted = true
		case '{', '[':
			if c == '{' && len(open) == 2 && open[1] == '[' {
				entries++
			}
			if open = append(open, c); len(open) > limits.Depth {
				return fail(oped.TooLarge, "more than %d objects within each other", limits.Depth)
			}
		case '}', ']':
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
		if entries > 2*limits.Entries {
			return fail(oped.TooLarge, "more than %d entries", limits.Entries)
		}
	}
	return nil
}

// jsonError says where a document stops to be JSON.
func jsonError(source string, err error) error {
	offset := int64(0)
	var syntax *encoding.SyntaxError
	var kind *encoding.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	s := scanner{doc: source}
	return fail(oped.Malformed, "%v, at %s", err, s.place(int(offset)))
}
