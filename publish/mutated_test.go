package publish

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"oped/publish/feed"
)

// mutation is a good document made bad, with the class of its fault.
type mutation struct {
	format   feed.Format
	old, new string // the first old becomes new
	class    string
	ours     bool // feedvalidator sees nothing
}

func mutations() []mutation {
	return []mutation{
		{feed.Atom, "<id>tag:editions.example,2026-03-01:edition/pak-us</id>", "", "MissingElement", false},
		{feed.Atom, "<title>Pakistan &amp; the United States</title>", "", "MissingElement", false},
		{feed.Atom, "<updated>2026-03-09T09:30:00Z</updated>", "", "MissingElement", false},
		{
			feed.Atom, "<updated>2026-03-09T09:30:00Z</updated>", "<updated>2026-03-09</updated>",
			"InvalidRFC3339Date", false,
		},
		{
			feed.Atom, "<updated>2026-03-09T08:30:00Z</updated>",
			"<updated>2026-03-09T08:30:00</updated>", "InvalidRFC3339Date", false,
		},
		{
			feed.Atom, "<updated>2026-03-09T08:30:00Z</updated>",
			"<updated>2026-13-09T08:30:00Z</updated>", "InvalidRFC3339Date", false,
		},
		{feed.Atom, "<updated>2026-03-09T08:30:00Z</updated>", "", "MissingElement", false},
		{
			feed.Atom, "<published>2026-03-09T06:30:00Z</published>", "<published>yesterday</published>",
			"InvalidRFC3339Date", false,
		},
		{feed.Atom, "<id>tag:harbour.example,2020:op-1</id>\n", "", "MissingElement", false},
		{feed.Atom, "<id>tag:harbour.example,2020:op-1</id>", "<id>op-1</id>", "InvalidFullLink", false},
		{feed.Atom, "<id>tag:harbour.example,2020:op-1</id>", "<id>tag:harbour</id>", "InvalidTAG", false},
		{feed.Atom, "<id>tag:harbour.example,2020:op-1</id>", "<id>urn:uuid:1</id>", "InvalidUUID", false},
		{
			feed.Atom, "<id>tag:harbour.example,2020:op-1</id>",
			"<id> tag:harbour.example,2020:op-1</id>", "UnexpectedWhitespace", false,
		},
		{feed.Atom, "<id>tag:harbour.example,2020:op-1</id>", "<id>https://sahil.example/?p=7</id>",
			"DuplicateEntries", false},
		{
			feed.Atom, "<updated>2026-03-09T08:30:00Z</updated>",
			"<updated>2026-03-08T08:30:00Z</updated>", "DuplicateUpdated", false,
		},
		{
			feed.Atom, "<published>2026-03-09T06:30:00Z</published>",
			"<published>2026-03-09T06:30:00Z</published><published>2026-03-09T06:30:00Z</published>",
			"DuplicateElement", false,
		},
		{
			feed.Atom, "<published>2026-03-09T06:30:00Z</published>", "<pubDate>2026</pubDate>",
			"UndefinedElement", false,
		},
		{feed.Atom, "<name>Amina Qureshi</name>", "", "MissingElement", false},
		{feed.Atom, "<name>Amina Qureshi</name>", "<name></name>", "NotBlank", false},
		{feed.Atom, "<name>Amina Qureshi</name>", "<name>&lt;b&gt;Amina&lt;/b&gt;</name>", "ContainsHTML", false},
		{feed.Atom, "<name>Amina Qureshi</name>", "<name>Amina &amp;amp; Qureshi</name>", "ContainsHTML", false},
		{feed.Atom, "<uri>https://harbour.example/amina</uri>", "<uri>https://harbour.example/a b</uri>",
			"InvalidFullLink", false},
		{feed.Atom, "<uri>https://harbour.example/amina</uri>", "<uri>amina</uri>", "InvalidFullLink",
			true}, // the validator accepts a relative one
		{feed.Atom, "<uri>https://harbour.example/amina</uri>", "<email>nobody</email>", "InvalidAddrSpec", false},
		{feed.Atom, `rel="self" type="application/atom+xml" `, `rel="related" `, "MissingSelf", false},
		{feed.Atom, `href="https://editions.example/pak-us.atom"`, `href="https://editions.example/other.atom"`,
			"SelfDoesntMatchLocation", false},
		{feed.Atom, `rel="self" type="application/atom+xml"`, `rel="self" type="text/html"`, "SelfNotAtom", false},
		{feed.Atom, `rel="self" type="application/atom+xml"`, `rel="self" type="atom"`, "InvalidMIMEType", false},
		{feed.Atom, `rel="related"`, `rel="reprint"`, "UnregisteredAtomLinkRel", false},
		{feed.Atom, `rel="related"`, `rel="alternate"`, "DuplicateAtomLink", false},
		{feed.Atom, ` href="https://hill.example/reprint"`, ``, "MissingHref", false},
		{feed.Atom, `href="https://hill.example/reprint"`, `href="https://hill.example/re print"`, "InvalidFullLink",
			false},
		{feed.Atom, `href="https://hill.example/reprint"`, `href="javascript:alert(1)"`, "InvalidFullLink", false},
		{feed.Atom, `title="Hill Institute"`, `title=""`, "NotBlank", false},
		{feed.Atom, `title="Hill Institute"></link>`, `title="Hill Institute">x</link>`, "AtomLinkNotEmpty", false},
		{feed.Atom, `title="Hill Institute"`, `length="1" size="2"`, "UnexpectedAttribute", false},
		{feed.Atom, `term="pakistan-us" `, ``, "MissingAttribute", false},
		{feed.Atom, `term="pakistan-us"`, `term=""`, "NotBlank", false},
		{feed.Atom, `scheme="https://editions.example/#topic"`, `scheme="topic"`, "InvalidFullLink", false},
		{feed.Atom, `label="Ports"`, `label="&lt;i&gt;Ports&lt;/i&gt;"`, "ContainsHTML", false},
		{feed.Atom, "<id>tag:harbour.example,2020:opinion</id>", "", "MissingSourceElement", false},
		{feed.Atom, "<title>Harbour Courier » Opinion</title>", "", "MissingSourceElement", false},
		{feed.Atom, "<updated>2026-03-09T06:30:00Z</updated>", "", "MissingSourceElement", false},
		{feed.Atom, `xml:lang="en-GB"`, `xml:lang="english"`, "InvalidLanguage", false},
		{feed.Atom, `xml:lang="en-GB"`, `xml:lang="zz"`, "InvalidLanguage", false},
		{feed.Atom, "channel</title>", "&lt;em&gt;channel&lt;/em&gt;</title>", "ContainsHTML", false},
		{feed.Atom, "channel</title>", "channel\u0085</title>", "BadCharacters", false},
		{feed.Atom, "channel</title>", "channel\ufffd</title>", "BadCharacters", false},
		{feed.Atom, "channel</title>", "channel\x01</title>", "SAXError", false},
		{feed.Atom, "channel</title>", "channel &bull;</title>", "SAXError", false},
		{feed.Atom, "channel</title>", "channel</titel>", "SAXError", false},
		{feed.Atom, "channel</title>", "channel<b>x</b></title>", "UndefinedElement", false},
		{feed.Atom, `<summary type="html">`, `<summary type="text/html">`, "InvalidMIMEType", false},
		{
			feed.Atom, `<summary type="html">`, `<summary type="html">&lt;script&gt;x&lt;/script&gt;`,
			"SecurityRisk", false,
		},
		{
			feed.Atom, `<summary type="html">`,
			`<summary type="html">&lt;p onclick=&#34;x()&#34;&gt;x&lt;/p&gt;`, "SecurityRisk", false,
		},
		{
			feed.Atom, `<summary type="html">`,
			`<summary type="html">&lt;p style=&#34;behavior:url(x)&#34;&gt;x&lt;/p&gt;`, "SecurityRisk",
			false,
		},
		{feed.Atom, `<summary type="html">`, `<summary type="html">&lt;blink&gt;x&lt;/blink&gt;`, "NotHtml", false},
		{
			feed.Atom, `<summary type="html">`,
			`<summary type="html">&lt;b&gt;&lt;i&gt;x&lt;/b&gt;&lt;/i&gt;`, "NotHtml", false,
		},
		{feed.Atom, `<summary type="html">`, `<summary type="html">&lt;/p&gt;`, "NotHtml", false},
		{
			feed.Atom, `<summary type="html">`,
			`<summary type="html">&lt;p&gt;&lt;div&gt;x&lt;/div&gt;&lt;/p&gt;`, "NotHtml", false,
		},
		{
			feed.Atom, `<summary type="html">`,
			`<summary type="html">&lt;table&gt;&lt;p&gt;x&lt;/p&gt;&lt;/table&gt;`, "NotHtml", false,
		},
		{feed.RSS, "<rss version=\"2.0\"", "<rss version=\"3.0\"", "InvalidRSSVersion", false},
		{feed.RSS, "<title>Pakistan &#x26; the United States</title>", "", "MissingTitle", false},
		{feed.RSS, "<link>https://editions.example/pak-us/</link>", "", "MissingLink", false},
		{feed.RSS, "<language>en</language>", "<language>english</language>", "InvalidLanguage", false},
		{feed.RSS, "<ttl>60</ttl>", "<ttl>soon</ttl>", "InvalidPositiveInteger", false},
		{feed.RSS, "<ttl>60</ttl>", "<ttl>60</ttl><ttl>60</ttl>", "DuplicateElement", false},
		{feed.RSS, `rel="self"`, `rel="related"`, "MissingAtomSelfLink", false},
		{feed.RSS, `href="https://editions.example/pak-us.rss"`, `href="https://editions.example/other.rss"`,
			"SelfDoesntMatchLocation", false},
		{feed.RSS, "<pubDate>Mon, 09 Mar 2026", "<pubDate>Tue, 09 Mar 2026", "IncorrectDOW", false},
		{feed.RSS, "<pubDate>Mon, 09 Mar 2026", "<pubDate>Mon, 9th March 26", "InvalidRFC2822Date", false},
		{feed.RSS, `<guid isPermaLink="false">`, `<guid isPermaLink="no">`, "InvalidBooleanAttribute", false},
		// feedvalidator has another name for this fault
		{
			feed.RSS, `<guid isPermaLink="false">tag:harbour.example,2020:op-1</guid>`,
			`<guid isPermaLink="true">op 1</guid>`, "InvalidHttpGUID", true,
		},
		{feed.RSS, `<guid isPermaLink="false">tag:harbour.example,2020:op-1</guid>`, ``, "MissingGuid", false},
		{feed.RSS, `<guid isPermaLink="false">tag:harbour.example,2020:op-1</guid>`,
			`<guid isPermaLink="true">https://sahil.example/?p=7</guid>`, "DuplicateValue", false},
		{feed.RSS, "<description>&lt;div", "<description>&lt;script&gt;x&lt;/script&gt;&lt;div", "SecurityRisk", false},
		{feed.RSS, "<description>&lt;div", "<description>&lt;b&gt;&lt;div", "NotHtml", false},
		{feed.RSS, "channel</title>", "&lt;em&gt;channel&lt;/em&gt;</title>", "ContainsHTML", false},
		{feed.RSS, `<source url="https://harbour.example/opinion.xml">`, `<source>`, "MissingAttribute", false},
		{feed.RSS, `<source url="https://harbour.example/opinion.xml">`, `<source url="opinion.xml">`,
			"InvalidFullLink", false},
		{feed.RSS, "<link>https://harbour.example/a-quiet-channel", "<link>https://harbour.example/a quiet channel",
			"InvalidFullLink", false},
		{feed.JSON, `"version":"https://jsonfeed.org/version/1.1"`, `"version":"https://jsonfeed.org/version/1"`,
			"Version", true},
		{feed.JSON, `"title":`, `"titel":`, "MissingElement", true},
		{feed.JSON, `"title":`, `"title":"twice","title":`, "NotJSON", true},
		{feed.JSON, `"feed_url":"https://editions.example/pak-us.json"`,
			`"feed_url":"https://editions.example/x.json"`, "SelfDoesntMatchLocation", true},
		{feed.JSON, `"id":"tag:harbour.example,2020:op-1"`, `"id":1`, "WrongType", true},
		{feed.JSON, `"id":"tag:harbour.example,2020:op-1"`, `"id":"https://sahil.example/?p=7"`, "DuplicateEntries",
			true},
		{feed.JSON, `"content_html":`, `"html":`, "MissingTextualContent", true},
		{feed.JSON, `"content_html":"`, `"content_html":"<script>x</script>`, "SecurityRisk", true},
		{
			feed.JSON, `"date_published":"2026-03-09T06:30:00Z"`, `"date_published":"2026-03-09"`,
			"InvalidRFC3339Date", true,
		},
		{feed.JSON, `"authors":[{`, `"authors":[],"x":[{`, "NotBlank", true},
		{feed.JSON, `"language":"en"`, `"language":"english"`, "InvalidLanguage", true},
		{feed.JSON, `]}` + "\n", `]} {}`, "NotJSON", true},
	}
}

// mutants returns the mutated documents.
func mutants(t *testing.T) (all []output) {
	t.Helper()
	for _, m := range mutations() {
		name := "pak-us." + string(m.format)
		doc, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		bad := strings.Replace(string(doc), m.old, m.new, 1)
		if bad == string(doc) {
			t.Errorf("%s: there is no %q", m.format, m.old)
		}
		all = append(all, output{m.format, []byte(bad), "https://editions.example/" + name, nil})
	}
	return all
}

// classOf returns the class of a fault.
func classOf(fault string) string { return fault[:strings.IndexByte(fault, ':')] }

// TestFaultsAreFound runs the checker on documents with and without faults.
func TestFaultsAreFound(t *testing.T) {
	for i, o := range mutants(t) {
		m := mutations()[i]
		if found := faults(o); !slices.ContainsFunc(found, func(f string) bool { return classOf(f) == m.class }) {
			t.Errorf("%s: %q for %q: no %s, but %q", m.format, m.new, m.old, m.class, found)
		}
	}
	for _, name := range []string{
		"pak-us.atom", "adaria.atom", "empty.atom", "pak-us.rss", "adaria.rss", "pak-us.json",
		"adaria.json", "empty.json",
	} {
		doc, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		format := feed.Format(name[strings.IndexByte(name, '.')+1:])
		if found := faults(output{format, doc, "https://editions.example/" + name, nil}); len(found) > 0 {
			t.Errorf("%s: %q", name, found)
		}
	}
}

// alike maps classes of feedvalidator to our common name for them.
var alike = map[string]string{
	"InvalidUriChar": "InvalidFullLink", "InvalidIRI": "InvalidFullLink", "InvalidLink": "InvalidFullLink",
	"SchemeNotIANARegistered": "InvalidFullLink", "ContainsUndeclaredHTML": "ContainsHTML", "AttrNotBlank": "NotBlank",
	"SecurityRiskAttr": "SecurityRisk", "DangerousStyleAttr": "SecurityRisk", "UndefinedNamedEntity": "SAXError",
	"InvalidTextType": "InvalidMIMEType",
}

// TestFeedvalidatorFindsTheSame: the W3C's validator finds the same faults in mutated documents as our
// checker, but for known gaps.
func TestFeedvalidatorFindsTheSame(t *testing.T) {
	var all []output
	var of []mutation
	for i, o := range mutants(t) {
		if o.format != feed.JSON {
			all, of = append(all, o), append(of, mutations()[i])
		}
	}
	for i, found := range feedvalidator(t, all) {
		m, there := of[i], false
		for _, f := range found {
			class := f.Class
			if other, ok := alike[class]; ok {
				class = other
			}
			there = there || class == m.class
		}
		if there == m.ours {
			t.Errorf("%s: %q for %q: want %s, feedvalidator finds %v", m.format, m.new, m.old, m.class, found)
		}
	}
}

// TestFeedvalidatorFindsNoMore takes single elements and attributes out of good documents, and doubles
// and empties them: where feedvalidator finds a fault, our checker finds one, too.
func TestFeedvalidatorFindsNoMore(t *testing.T) {
	var all []output
	for _, name := range []string{"pak-us.atom", "adaria.atom", "pak-us.rss", "adaria.rss"} {
		doc, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{
			`<(title|id|updated|published|name|uri|rights|subtitle|guid|pubDate|description|ttl|link|summary|content|dc:creator|category|source)( [^>]*)?>[^<]*</[^>]*>`,
			` [a-zA-Z:]+="[^"]*"`,
		} {
			for _, at := range regexp.MustCompile(form).FindAllIndex(doc, -1) {
				part := string(doc[at[0]:at[1]])
				emptied := regexp.MustCompile(`>[^<]*<`).ReplaceAllString(
					regexp.MustCompile(`^( [a-zA-Z:]+)="[^"]*"$`).ReplaceAllString(part, `$1=""`), "><",
				)
				for _, instead := range []string{"", part + part, emptied} {
					if strings.HasPrefix(part, ` version="1.0"`) || strings.HasPrefix(part, " encoding") ||
						strings.HasPrefix(part, " xmlns") {
						continue
					}
					all = append(all, output{feed.Format(name[strings.IndexByte(name, '.')+1:]),
						[]byte(string(doc[:at[0]]) + instead + string(doc[at[1]:])),
						"https://editions.example/" + name, nil})
				}
			}
		}
	}
	both, neither, oursAlone := 0, 0, 0
	for i, found := range feedvalidator(t, all) {
		mine := faults(all[i])
		found = slices.DeleteFunc(found, known)
		switch {
		case len(found) > 0 && len(mine) > 0:
			both++
		case len(found) == 0 && len(mine) == 0:
			neither++
		case len(mine) > 0:
			oursAlone++
		default:
			t.Errorf("feedvalidator finds %v in\n%.3000s", found, all[i].doc)
		}
	}
	t.Logf("%d documents: %d bad to both, %d good to both, %d bad to ours alone", len(all), both, neither, oursAlone)
}
