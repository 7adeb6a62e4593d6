package text

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// TestHTMLVersion compares the texts of some fragments with those of the present version: a difference needs another
// one, here and in html.go.
func TestHTMLVersion(t *testing.T) {
	fragments := []string{
		"plain &amp; simple", "<p>one</p><p>two<br>three</p>", "<div>a <b>b</b>c</div> d", "soft&shy;hyphen soft\u00adhyphen",
		"word\u2060joiner \ufeffmark", "<script>no</script>yes<style>no</style>", "a&nbsp;b&#160;c\u00a0d", "پاک\u200cستان",
		"<ul><li>one<li>two</ul>after", "<table><tr><td>a<td>b</table>", "&lt;p&gt;not a tag&lt;/p&gt;", "cut <p", "&#8217;&#x2019;&amp",
		"<pre>a\n  b</pre>", "<img alt='x'>caption", "<!-- no -->yes", "\xff\xfe bytes", "a < b > c",
	}
	sum := sha256.New()
	for _, s := range fragments {
		fmt.Fprintf(sum, "%q\n", FromHTML(s).Text)
	}
	const want = "2 63e0780f4c4a7aff"
	if got := fmt.Sprintf("%s %x", HTMLVersion, sum.Sum(nil)[:8]); got != want {
		t.Errorf("%q, want %q: raise HTMLVersion if the texts differ", got, want)
	}
}
