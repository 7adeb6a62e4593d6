package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// jsonFeed checks a JSON Feed 1.1 (jsonfeed.org/version/1.1): only members of the specification, in its
// types, and extensions with names that begin with an underscore.
func (v *validity) jsonFeed(doc []byte) {
	if !utf8.Valid(doc) {
		v.say("NotUTF8", "the document")
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	feed, err := unequal(dec)
	if err != nil {
		v.say("NotJSON", "%v", err)
		return
	}
	head, ok := feed.(map[string]any)
	if !ok {
		v.say("NotJSON", "no object")
		return
	}
	v.object("feed", head, map[string]string{
		"version": "1 web", "title": "1 text", "home_page_url": "? web", "feed_url": "? web",
		"description": "? text", "user_comment": "? text", "next_url": "? web", "icon": "? web", "favicon": "? web",
		"authors": "? authors", "language": "? lang", "expired": "? bool", "hubs": "? hubs", "items": "1 items",
	})
	if head["version"] != "https://jsonfeed.org/version/1.1" {
		v.say("Version", "%v", head["version"])
	}
	if head["feed_url"] != v.self {
		v.say("SelfDoesntMatchLocation", "%v, not %v", head["feed_url"], v.self)
	}
	ids := map[string]bool{}
	items, _ := head["items"].([]any)
	for _, i := range items {
		item, _ := i.(map[string]any)
		v.object("item", item, map[string]string{
			"id": "1 id", "url": "? web", "external_url": "? web", "title": "? text", "content_html": "? html",
			"content_text": "? text", "summary": "? text", "image": "? web", "banner_image": "? web",
			"date_published": "? date", "date_modified": "? date", "authors": "? authors", "tags": "? tags",
			"language": "? lang", "attachments": "? attachments",
		})
		if item["content_html"] == nil && item["content_text"] == nil {
			v.say("MissingTextualContent", "%v", item["id"])
		}
		if id := fmt.Sprint(item["id"]); ids[id] {
			v.say("DuplicateEntries", "%q", id)
		} else {
			ids[id] = true
		}
	}
}

// object checks the members of an object. A "1" before a type means that the member is required.
func (v *validity) object(what string, members map[string]any, wanted map[string]string) {
	for name := range members {
		if wanted[name] == "" && !strings.HasPrefix(name, "_") {
			v.say("UndefinedElement", "%s in %s", name, what)
		}
	}
	for name, how := range wanted {
		value, ok := members[name]
		if !ok {
			if how[0] == '1' {
				v.say("MissingElement", "%s in %s", name, what)
			}
			continue
		}
		v.member(what+" "+name, how[2:], value)
	}
}

func (v *validity) member(what, kind string, value any) {
	s, isText := value.(string)
	list, isList := value.([]any)
	if wantsList := slices.Contains([]string{
		"authors", "hubs", "items", "tags", "attachments",
	}, kind); isList != wantsList || !isList && !isText && kind != "bool" {
		v.say("WrongType", "%s: %v", what, value)
		return
	}
	switch kind {
	case "text":
		v.plain(what, s)
	case "id":
		if s == "" {
			v.say("NotBlank", "%s", what)
		}
	case "web":
		v.webAddress(what, s)
	case "date":
		v.moment(what, s)
	case "lang":
		v.language(s)
	case "html":
		v.html(what, s)
	case "bool":
		if _, ok := value.(bool); !ok {
			v.say("WrongType", "%s: %v", what, value)
		}
	case "tags":
		for _, tag := range list {
			v.member(what, "text", tag)
		}
	case "authors", "hubs":
		v.objects(what, kind, list)
	}
}

func (v *validity) objects(what, kind string, list []any) {
	if len(list) == 0 {
		v.say("NotBlank", "%s", what)
	}
	for _, one := range list {
		members, _ := one.(map[string]any)
		if kind == "hubs" {
			v.object(what, members, map[string]string{"type": "1 text", "url": "1 web"})
			continue
		}
		v.object(what, members, map[string]string{"name": "? text", "url": "? web", "avatar": "? web"})
		if members["name"] == nil && members["url"] == nil && members["avatar"] == nil {
			v.say("MissingElement", "an author without anything")
		}
	}
}

// unequal reads a JSON value without duplicate member names in its objects, and with nothing behind it.
func unequal(dec *json.Decoder) (any, error) {
	value, err := unequalValue(dec)
	if err == nil && dec.More() {
		err = fmt.Errorf("something follows")
	}
	return value, err
}

func unequalValue(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			value, err := unequalValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := dec.Token()
		return list, err
	case json.Delim('{'):
		members := map[string]any{}
		for dec.More() {
			key, err := dec.Token()
			if err != nil {
				return nil, err
			}
			name, _ := key.(string)
			if _, twice := members[name]; twice {
				return nil, fmt.Errorf("member %q twice", name)
			}
			if members[name], err = unequalValue(dec); err != nil {
				return nil, err
			}
		}
		_, err := dec.Token()
		return members, err
	}
	return token, nil
}
