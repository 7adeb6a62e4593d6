package parse

import (
	"regexp"
	"strings"

	"oped"
)

// nameByte reports whether a byte may be part of the name of an element or attribute. To be lenient, all bytes
// beyond ASCII may.
func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == ':' || c == '_' || c == '-' ||
		c == '.' || c >= 0x80
}

func spaceByte(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// readTag reads the start tag at the scanner's place and moves past it. The name is empty if the document ends
// within the tag. Attributes within texts are skipped.
func (s *scanner) readTag() (name string, attrs []attribute, empty bool, err error) {
	doc, i := s.doc, s.pos+1
	for i < len(doc) && nameByte(doc[i]) {
		i++
	}
	name = doc[s.pos+1 : i]
	count := 0
	for i < len(doc) {
		for i < len(doc) && spaceByte(doc[i]) {
			i++
		}
		switch {
		case i >= len(doc):
		case doc[i] == '>':
			s.pos = i + 1
			return name, attrs, false, nil
		case doc[i] == '/' && i+1 < len(doc) && doc[i+1] == '>':
			s.pos = i + 2
			return name, attrs, true, nil
		case doc[i] == '<':
			s.illFormed("the tag <%.40s is never closed", name)
			s.pos = i
			return name, attrs, false, nil
		case !nameByte(doc[i]):
			s.illFormed("unexpected character in the tag <%.40s>", name)
			i++
		default:
			var a attribute
			a, i = s.readAttribute(i)
			if count++; count > s.limits.Attributes {
				return "", nil, false,
					fail(oped.TooLarge, "more than %d attributes, at %s", s.limits.Attributes, s.position(s.pos))
			}
			if s.inText > 0 {
				continue
			}
			if s.attrs++; s.attrs > 2*s.limits.Elements {
				return "", nil, false, fail(oped.TooLarge, "more than %d attributes in all", 2*s.limits.Elements)
			}
			attrs = append(attrs, a)
		}
	}
	s.pos = len(doc)
	return "", nil, false, nil
}

// readAttribute reads the attribute at i and returns its end.
func (s *scanner) readAttribute(i int) (attribute, int) {
	doc, start := s.doc, i
	for i < len(doc) && nameByte(doc[i]) {
		i++
	}
	a := attribute{name: doc[start:i]}
	for i < len(doc) && spaceByte(doc[i]) {
		i++
	}
	if i >= len(doc) || doc[i] != '=' {
		s.illFormed("the attribute %.40s has no value", a.name)
		return a, i
	}
	i++
	for i < len(doc) && spaceByte(doc[i]) {
		i++
	}
	if i < len(doc) && (doc[i] == '"' || doc[i] == '\'') {
		end := strings.IndexByte(doc[i+1:], doc[i])
		if end < 0 {
			return a, len(doc)
		}
		if s.inText == 0 {
			a.value = unmarked(decodeReferences(doc[i+1 : i+1+end]))
		}
		return a, i + end + 2
	}
	s.illFormed("the value of the attribute %.40s is not quoted", a.name)
	start = i
	for i < len(doc) && !spaceByte(doc[i]) && doc[i] != '>' {
		i++
	}
	if s.inText == 0 {
		a.value = decodeReferences(doc[start:i])
	}
	return a, i
}

// skipPast moves past the end of a construct beginning here; without an end, to the end of the document.
func (s *scanner) skipPast(from int, end string) {
	at := strings.Index(s.doc[s.pos+from:], end)
	if at < 0 {
		s.illFormed("%q is never closed", s.doc[s.pos:s.pos+from])
		s.pos = len(s.doc)
		return
	}
	s.pos += from + at + len(end)
}

// skipDoctype moves past a document type declaration, and expands the plain entities in it.
func (s *scanner) skipDoctype() {
	depth := 0
	for i := s.pos + 2; i < len(s.doc); i++ {
		switch s.doc[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '"', '\'':
			end := strings.IndexByte(s.doc[i+1:], s.doc[i])
			if end < 0 {
				continue
			}
			if depth > 0 || !strings.Contains(s.doc[i+1:i+1+end], ">") {
				i += end + 1
			}
		case '>':
			if depth <= 0 {
				s.doctype = s.doc[s.pos : i+1]
				s.pos = i + 1
				s.doc = s.doc[:s.pos] + expanded(s.doc[s.pos:], s.doctype)
				return
			}
		}
	}
	s.illFormed("the document type declaration is never closed")
	s.pos = len(s.doc)
}

// entityDeclaration is the declaration of an entity with a short plain value: without markup and other entities.
var entityDeclaration = regexp.MustCompile(`<!ENTITY\s+([A-Za-z][\w.-]{0,30})\s+["']([^"'&<%]{1,200})["']\s*>`)

// The limits of plain entities: their number, and the bytes that their values add to a document.
const (
	maxEntities       = 64
	maxEntitiesGrowth = 64 << 10
)

// expanded replaces the references to plain entities of a document type declaration. Entities with entities in
// them, and external ones, stay as they are.
func expanded(doc, doctype string) string {
	var pairs []string
	growth := 0
	for _, m := range entityDeclaration.FindAllStringSubmatch(doctype, maxEntities) {
		name, value := "&"+m[1]+";", textEscaper.Replace(m[2])
		if n := strings.Count(doc, name); n > 0 {
			growth += n * len(value)
			pairs = append(pairs, name, value)
		}
	}
	if len(pairs) == 0 || growth > maxEntitiesGrowth {
		return doc
	}
	return strings.NewReplacer(pairs...).Replace(doc)
}
