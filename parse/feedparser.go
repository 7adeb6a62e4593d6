package parse

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// object is a JSON object. Its keys are printed in order.
type object map[string]any

// put adds a value unless it is empty.
func (o object) put(key, value string) {
	if value != "" {
		o[key] = value
	}
}

// JSON returns everything found in a document, under feedparser's names, as one object. This is the form for
// comparing parsers. It includes response headers. An unreadable document gives an object too, with bozo true
// and the reason as err; the error is then that of [Document].
func JSON(ctx context.Context, in Input) ([]byte, error) {
	doc, err := read(ctx, in)
	out := headers(in)
	if err != nil {
		out["bozo"], out["err"] = true, err.Error()
		out["feed"], out["entries"] = object{}, []object{}
		return encode(out, err)
	}
	out["bozo"] = doc.bozo != ""
	out.put("err", doc.bozo)
	out["version"], out["encoding"] = doc.version, doc.encoding
	feed := doc.record.object(doc.calendar)
	if doc.summary != nil && doc.subtitle == nil {
		feed.text("subtitle", doc.summary)
		delete(feed, "summary")
		delete(feed, "summary_detail")
	}
	out["feed"] = feed
	entries := make([]object, len(doc.entries))
	for i := range doc.entries {
		entries[i] = doc.entries[i].object(doc.calendar)
		if _, has := entries[i]["author"]; !has && doc.kind == atomKind && doc.entries[i].source == nil {
			for _, key := range []string{"author", "author_detail", "authors"} {
				if value, ok := feed[key]; ok {
					entries[i][key] = value
				}
			}
		}
	}
	out["entries"] = entries
	return encode(out, nil)
}

func encode(o object, failed error) ([]byte, error) {
	b, err := json.Marshal(o)
	if err != nil {
		return nil, errors.Join(failed, err)
	}
	return b, failed
}

// headers returns the response headers and the fields derived from them.
func headers(in Input) object {
	all, out := object{}, object{}
	for key := range in.Header {
		all[strings.ToLower(key)] = in.Header.Get(key)
	}
	out["headers"] = all
	out.put("href", in.URL)
	out.put("etag", in.Header.Get("ETag"))
	out.put("modified", in.Header.Get("Last-Modified"))
	out.date("modified", in.Header.Get("Last-Modified"), newCalendar("", nil))
	return out
}

// object returns a record under feedparser's names.
func (r *record) object(c calendar) object {
	o := object{}
	o.text("title", r.title)
	o.text("subtitle", r.subtitle)
	o.text("summary", r.summary)
	o.text("rights", r.rights)
	o.text("info", r.info)
	if o.put("id", r.id); r.guid == "" {
		o.put("id", r.base.join(r.id))
	}
	o.put("wfw_comment", r.replyTo)
	o.put("wfw_commentrss", r.replies)
	if r.id != "" {
		o["guidislink"] = r.permalink
	}
	o.put("link", cmp.Or(r.origLink, r.link))
	o.put("comments", r.comments)
	o.put("icon", r.icon)
	o.put("logo", r.logo)
	o.put("ttl", r.ttl)
	o.put("docs", r.docs)
	if r.language != "" || r.hasLang {
		o["language"] = orNull(cmp.Or(r.language, r.lang))
	}
	for key, written := range map[string]string{
		"published": r.published,
		"updated":   r.updated,
		"created":   r.created,
		"expired":   r.expired,
	} {
		o.put(key, written)
		o.date(key, written, c)
	}
	o.people(r)
	o.links(r)
	o.parts(r)
	return o
}

// text adds a text construct and its details.
func (o object) text(key string, c *construct) {
	if c != nil {
		detail := c.object()
		o[key], o[key+"_detail"] = detail["value"], detail
	}
}

func (c *construct) object() object {
	value := c.value
	if c.media != plainType {
		value = regular(resolveHTML(value, c.base))
	}
	o := object{
		"value":    value,
		"type":     c.media,
		"base":     c.base.String(),
		"language": orNull(strings.ReplaceAll(c.lang, "_", "-")),
	}
	o.put("src", c.src)
	return o
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// date adds a date as nine numbers, in UTC.
func (o object) date(key, written string, c calendar) {
	if t, ok := c.time(written); ok {
		weekday := (int(t.Weekday()) + 6) % 7
		o[key+"_parsed"] = []int{
			t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), weekday, t.YearDay(), 0,
		}
	}
}

func (p person) object() object {
	o := object{}
	o.put("name", p.name)
	o.put("email", p.email)
	o.put("href", p.href)
	return o
}

// label returns a person as one string.
func (p person) label() string {
	if p.name != "" && p.email != "" {
		return p.name + " (" + p.email + ")"
	}
	return cmp.Or(p.name, p.email)
}

func (o object) people(r *record) {
	list := func(key string, people []person) {
		if len(people) > 0 {
			all := make([]object, len(people))
			for i, p := range people {
				all[i] = p.object()
			}
			o[key] = all
		}
	}
	list("authors", r.people)
	list("contributors", r.contributors)
	if n := len(r.people); n > 0 {
		o.put("author", r.people[n-1].label())
		o["author_detail"] = r.people[n-1].object()
	}
	if r.publisher != nil {
		o.put("publisher", r.publisher.label())
		o["publisher_detail"] = r.publisher.object()
	}
}

func (o object) links(r *record) {
	if len(r.links) > 0 {
		all := make([]object, len(r.links))
		for i, l := range r.links {
			all[i] = object{"rel": l.rel}
			all[i].put("type", l.media)
			all[i].put("href", l.href)
			all[i].put("title", l.title)
			all[i].put("hreflang", l.hreflang)
			all[i].put("length", l.length)
		}
		o["links"] = all
	}
	if len(r.tags) > 0 {
		all := make([]object, len(r.tags))
		for i, t := range r.tags {
			all[i] = object{"term": orNull(t.term), "scheme": orNull(t.scheme), "label": orNull(t.label)}
		}
		o["tags"] = all
	}
}

// parts adds the fields with parts of their own: contents, source, generator, images.
func (o object) parts(r *record) {
	if len(r.contents) > 0 {
		all := make([]object, len(r.contents))
		for i := range r.contents {
			all[i] = r.contents[i].object()
		}
		o["content"] = all
		if r.summary == nil {
			o.text("summary", &r.contents[0])
		}
	}
	switch {
	case r.source != nil:
		o["source"] = r.source.object(newCalendar("", nil))
	case r.sourceName != "" || r.sourceURL != "":
		source := object{}
		source.put("title", r.sourceName)
		source.put("href", r.sourceURL)
		o["source"] = source
	}
	if g := r.generator; g != nil {
		detail := object{"name": g.name}
		detail.put("version", g.version)
		detail.put("href", g.href)
		o["generator"], o["generator_detail"] = g.name, detail
	}
	if r.image != nil {
		o["image"] = r.image.object()
	}
	if r.input != nil {
		o["textinput"] = r.input.object()
	}
	if len(r.cloud) > 0 {
		cloud := object{}
		for _, a := range r.cloud {
			cloud[a.name] = a.value
		}
		o["cloud"] = cloud
	}
}

func (i *image) object() object {
	o := object{}
	o.put("title", i.title)
	o.put("href", i.href)
	o.put("link", i.link)
	o.put("name", i.name)
	o.put("description", i.description)
	for key, written := range map[string]string{"width": i.width, "height": i.height} {
		if n, err := strconv.Atoi(written); err == nil {
			o[key] = n
		}
	}
	return o
}
