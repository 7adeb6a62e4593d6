package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"oped/internal/testkit"
)

var updateScreens = flag.Bool("update-screens", false, "write the pictures of the manual to docs/screens")

// TestScreens takes the pictures of the manual from the demo. -update-screens writes them.
func TestScreens(t *testing.T) {
	testkit.NotShort(t)
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium: no picture is taken")
	}
	demo := command("demo", "--listen", "127.0.0.1:0")
	output, err := demo.StdoutPipe()
	must(t, err)
	must(t, demo.Start())
	t.Cleanup(func() {
		demo.Process.Signal(os.Interrupt)
		demo.Wait()
	})
	var said bytes.Buffer
	buf := make([]byte, 4096)
	for strings.Count(said.String(), "pak-us") < 12 { // twice as many as one round of fetches gives
		n, err := output.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
	}
	go io.Copy(io.Discard, output)
	tour := regexp.MustCompile(`http://\S+`).FindAllString(said.String(), -1)
	front, link := tour[0], tour[5]

	jar, err := cookiejar.New(nil)
	must(t, err)
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(link, url.Values{"name": {"Aisha Khan"}, "password": {"a desk for a picture"}})
	must(t, err)
	res.Body.Close()
	desk, _, _ := strings.Cut(link, "enter/")
	at, err := url.Parse(desk)
	must(t, err)

	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	must(t, chromedp.Do(ctx))
	for _, c := range jar.Cookies(at) {
		cookie := network.SetCookieParams{Name: c.Name, Value: c.Value, URL: desk}
		_, err := chromedp.Call(ctx, network.SetCookie, cookie)
		must(t, err)
	}
	for _, x := range []struct {
		name, address string
		width, height int64
		dark          string
	}{
		{"front", front, 1100, 900, "light"},
		{"edition", front + "pak-us/", 900, 900, "light"},
		{"urdu", front + "pak-us-urdu/", 390, 800, "light"},
		{"dark", front, 390, 800, "dark"},
		{"desk", desk, 1200, 900, "light"},
		{"desk-edition", desk + "edition/picks/", 1200, 700, "light"},
		{"desk-pairs", desk + "pairs/", 1200, 900, "light"},
		{"desk-feeds", desk + "feeds/", 1200, 700, "light"},
	} {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: x.dark}},
		})
		must(t, err)
		must(t, chromedp.Do(ctx, chromedp.EmulateViewport(x.width, x.height)))
		res, err := chromedp.Run(ctx, chromedp.NavigateResponse(x.address))
		must(t, err)
		_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](fontsLoaded, chromedp.EvalAwaitPromise))
		must(t, err)
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		must(t, err)
		if problem := checkPicture(picture, x.width, x.height); problem != "" || res.Status != http.StatusOK {
			t.Errorf("%s, %s: status %d, %s", x.name, x.address, res.Status, problem)
		}
		if *updateScreens {
			must(t, os.WriteFile(filepath.Join("..", "docs", "screens", x.name+".png"), picture, 0o644))
		}
	}
}

// fontsLoaded waits for the fonts of a page.
const fontsLoaded = "document.fonts.ready.then(() => true)"

// checkPicture returns what is wrong with a picture of a page: another size, or hardly any ink.
func checkPicture(picture []byte, width, height int64) string {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return err.Error()
	}
	b := img.Bounds()
	if int64(b.Dx()) != width || int64(b.Dy()) != height {
		return fmt.Sprintf("%d × %d, not %d × %d", b.Dx(), b.Dy(), width, height)
	}
	paper, ink := img.At(b.Max.X-1, b.Max.Y-1), 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if img.At(x, y) != paper {
				ink++
			}
		}
	}
	if ink < b.Dx()*b.Dy()/100 {
		return "an empty picture"
	}
	return ""
}
