package parse

import (
	"bytes"
	"cmp"
	encoding "encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/json"

	"oped"
)

// readJSON reads a JSON Feed, version 1.0 or 1.1.
func readJSON(source string, in Input, limits Limits, m *meter) (*document, error) {
	if err := jsonLimits(source, limits); err != nil {
		return nil, err
	}
	if strings.Contains(source, "![CDATA[") {
		source = cdataMarks.Replace(source)
	}
	feed := new(json.Feed)
	fault, err := decodeJSON(source, feed)
	var broken *encoding.SyntaxError
	if errors.As(err, &broken) {
		cut := jsonError(source, err)
		if _, err = decodeJSON(closedJSON(source, int(broken.Offset)), feed); err != nil || len(feed.Items) == 0 {
			return nil, cut
		}
		fault = cut.Err.Error()
	}
	if err != nil {
		return nil, jsonError(source, err)
	}
	if !strings.Contains(feed.Version, "jsonfeed.org") &&
		(feed.Items == nil || feed.Title == "" && len(feed.Items) == 0) {
		return nil, fail(oped.NotFeed, "this is JSON, but not a JSON Feed")
	}
	base := documentBase(in, m)
	doc := &document{
		version: "json1",
		warning: fault,
		bozo:    fault,
		partial: broken != nil,
	}
	if len(feed.Items) > limits.Entries {
		stamps := make([]stamp, len(feed.Items))
		for i, item := range feed.Items {
			if item != nil {
				stamps[i] = stamp{cmp.Or(item.DatePublished, item.DateModified), cmp.Or(item.ID, item.URL)}
			}
		}
		feed.Items = pickPlaces(feed.Items, newestOf(limits.Entries, stamps, &in.Feed))
		m.limits.Add(oped.EntriesLimit)
	}
	if strings.HasSuffix(strings.TrimSuffix(feed.Version, "/"), "1.1") {
		doc.version = "json11"
	}
	doc.record = record{
		kind:     jsonKind,
		base:     base,
		id:       m.identity(feed.FeedURL),
		language: feed.Language,
		icon:     base.join(feed.Icon),
	}
	doc.title = jsonText(feed.Title, plainType, base)
	doc.subtitle = jsonText(feed.Description, plainType, base)
	doc.link = address(base, feed.HomePageURL)
	doc.people = doc.jsonPeople(feed.Authors, feed.Author)
	doc.limits, _ = m.take()
	for _, item := range feed.Items {
		if item != nil {
			r := jsonRecord(item, base)
			r.limits, r.rest = m.take()
			doc.entries = append(doc.entries, r)
		}
	}
	return doc, nil
}

func jsonRecord(item *json.Item, base *base) record {
	r := record{
		kind:     jsonKind,
		base:     base,
		id:       base.meter.identity(strings.TrimSpace(item.ID)),
		language: item.Language,
	}
	r.link = address(base, cmp.Or(item.URL, item.ExternalURL))
	if r.link == "" && absolute(r.id) {
		r.link = r.id
	}
	if r.link != "" {
		r.links = append(r.links, link{rel: "alternate", media: htmlType, href: r.link})
	}
	r.title = jsonText(item.Title, plainType, base)
	r.summary = jsonLongText(item.Summary, plainType, base)
	if c := jsonLongText(item.ContentHTML, htmlType, base); c != nil && visible(c.value) != "" {
		r.contents = append(r.contents, *c)
	} else if c := jsonLongText(item.ContentText, plainType, base); c != nil {
		r.contents = append(r.contents, *c)
	}
	r.people = r.jsonPeople(item.Authors, item.Author)
	r.published = base.meter.field(unmarked(item.DatePublished))
	r.updated = base.meter.field(unmarked(item.DateModified))
	for _, tag := range item.Tags {
		r.tags = append(r.tags, category{term: base.meter.field(tag)})
	}
	if item.Attachments != nil {
		for _, a := range *item.Attachments {
			r.links = append(r.links,
				link{rel: "enclosure", media: a.MimeType, href: address(base, a.URL), title: a.Title,
					length: strconv.FormatInt(a.SizeInBytes, 10), relative: base.undeclared(a.URL)})
		}
	}
	return r
}

func address(base *base, written string) string {
	if written == "" || isNowhere(written) {
		return ""
	}
	return base.join(written)
}

// jsonText returns a line of a document, jsonLongText the text of an entry.
func jsonText(value, media string, base *base) *construct {
	return newText(base.meter.clip(value, maxLine, oped.FieldLimit), media, base)
}

func jsonLongText(value, media string, base *base) *construct {
	return newText(base.meter.clip(value, oped.MaxContent, oped.ContentLimit), media, base)
}

func newText(value, media string, base *base) *construct {
	if value == "" {
		return nil
	}
	value, _ = clean(unmarked(value)) // JSON can escape any character
	return &construct{
		value:    value,
		media:    media,
		declared: true,
		base:     base,
	}
}

// jsonPeople returns the authors of version 1.1, else the one of 1.0.
func (r *record) jsonPeople(list []*json.Author, one *json.Author) []person {
	if len(list) == 0 {
		list = []*json.Author{one}
	}
	var out []person
	for _, a := range list {
		if a != nil {
			out = r.addPerson(out, person{name: r.base.meter.byline(unmarked(a.Name)), href: address(r.base, a.URL)})
		}
	}
	return out
}

// jsonLimits checks the depth, the entries, and the values of arrays and objects, before anything is built from
// them.
func jsonLimits(source string, limits Limits) error {
	var open []byte
	entries, values, quoted := 0, 0, false
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
		case ',':
			values++
		case '{', '[':
			values++
			if c == '{' && len(open) == 2 {
				entries++
			}
			if open = append(open, c); len(open) > limits.Depth {
				return fail(oped.TooLarge, "objects are nested more than %d deep", limits.Depth)
			}
		case '}', ']':
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
		if entries > manyEntries*limits.Entries {
			return fail(oped.TooLarge, "more than %d entries", manyEntries*limits.Entries)
		}
		if values > 2*limits.Elements {
			return fail(oped.TooLarge, "more than %d values", 2*limits.Elements)
		}
	}
	return nil
}

// decodeJSON decodes a document. It passes over members of another type than the format's, and names the first.
func decodeJSON(source string, feed *json.Feed) (fault string, err error) {
	err = encoding.Unmarshal([]byte(source), feed)
	var syntax *encoding.SyntaxError
	if errors.As(err, &syntax) || err == nil && !isOdd(feed, source) {
		return "", err
	}
	var members map[string]encoding.RawMessage
	if err := encoding.Unmarshal([]byte(source), &members); err != nil {
		return "", err
	}
	items, isList := itemsIn(members["items"])
	if _, given := members["items"]; given && !isList {
		fault = wrongMember("items")
	}
	if items != nil {
		delete(members, "items")
	}
	fault = cmp.Or(fault, keepMembers(members, feed))
	var hubs []struct{}
	if raw, ok := members["hubs"]; ok && encoding.Unmarshal(raw, &hubs) != nil {
		fault = cmp.Or(fault, wrongMember("hubs"))
	}
	feed.Items = nil
	for _, raw := range items {
		item, members := new(json.Item), map[string]encoding.RawMessage{}
		if encoding.Unmarshal(raw, &members) != nil || members == nil {
			fault = cmp.Or(fault, "an item is no object")
			continue
		}
		id := members["id"]
		if isBox(id) {
			fault = cmp.Or(fault, wrongMember("id"))
			delete(members, "id")
		}
		if isBox(id) || encoding.Unmarshal(raw, item) != nil {
			fault = cmp.Or(fault, keepMembers(members, item))
		}
		feed.Items = append(feed.Items, item)
	}
	return fault, nil
}

// isOdd reports whether a document may have members of another type that are decoded without an error.
func isOdd(feed *json.Feed, source string) bool {
	return feed.Items == nil || strings.Contains(source, `"hubs"`) ||
		slices.ContainsFunc(feed.Items, func(i *json.Item) bool { return i == nil || isBox([]byte(i.ID)) })
}

// isBox reports whether a value is an object or an array.
func isBox(raw []byte) bool { return len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') }

// itemsIn returns the items of a list. It also takes an object of items for a list, and one item for a list of one.
func itemsIn(raw encoding.RawMessage) (items []encoding.RawMessage, isList bool) {
	if encoding.Unmarshal(raw, &items) == nil && items != nil {
		return items, true
	}
	in := encoding.NewDecoder(bytes.NewReader(raw))
	if open, err := in.Token(); err != nil || open != encoding.Delim('{') {
		return nil, false
	}
	for in.More() {
		var item encoding.RawMessage
		if _, err := in.Token(); err != nil || in.Decode(&item) != nil {
			return nil, false
		}
		if !isBox(item) || item[0] != '{' { // a member of an item
			return []encoding.RawMessage{raw}, false
		}
		items = append(items, item)
	}
	return items, false
}

func wrongMember(name string) string { return fmt.Sprintf("the member %.40q has another type", name) }

// keepMembers decodes the members of an object that have the right type, and names the first other one.
func keepMembers[T any](members map[string]encoding.RawMessage, into *T) (fault string) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		one, err := encoding.Marshal(map[string]encoding.RawMessage{name: members[name]})
		if err == nil {
			err = encoding.Unmarshal(one, new(T))
		}
		if err != nil {
			fault = cmp.Or(fault, wrongMember(name))
			delete(members, name)
		}
	}
	*into = *new(T)
	if kept, err := encoding.Marshal(members); err == nil {
		err = encoding.Unmarshal(kept, into)
		fault = cmp.Or(fault, errorText(err))
	}
	return fault
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// closedJSON returns the part of a document before a mistake at an offset, up to the last whole member of the
// document or of one of its members, and closes it.
func closedJSON(source string, offset int) string {
	if offset < len(source) {
		source = source[:max(0, offset-1)]
	}
	var open []byte
	end, closing, quoted := 0, "", false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open = append(open, c+2) // the closing bracket, in ASCII
		case c == ',' && len(open) == 1:
			end, closing = i, "}"
		case c == '}' || c == ']':
			if len(open) == 0 || open[len(open)-1] != c {
				return source[:end] + closing
			}
			if open = open[:len(open)-1]; len(open) <= 2 {
				end, closing = i+1, ""
				for _, c := range slices.Backward(open) {
					closing += string(c)
				}
			}
		}
		if len(open) == 0 && end > 0 {
			break
		}
	}
	return source[:end] + closing
}

// jsonError returns an error with the place of the first mistake in a document.
func jsonError(source string, err error) *oped.FetchError {
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
	return fail(oped.Malformed, "%v, at %s", err, s.position(int(offset)))
}
