package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"oped"
	"oped/config"
)

// TestChangedFilesAreNoticed: once, when they have come to rest.
func TestChangedFilesAreNoticed(t *testing.T) {
	write := func(name, text string) func(string) {
		return func(dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(dir string)
		want   int
	}{
		"nothing":                          {func(string) {}, 0},
		"the file":                         {write("config.yaml", "other text"), 1},
		"the file, before the watch began": {write("config.yaml", "other text"), 1},
		"an included file":                 {write("topics/a.yaml", "longer text"), 1},
		"a new file":                       {write("topics/b.yaml", "new"), 1},
		"a removed file":                   {func(dir string) { os.Remove(filepath.Join(dir, "topics/a.yaml")) }, 1},
		"the database":                     {write("oped.db", "more"), 0},
		"a file of an editor":              {write("topics/.a.yaml.swp", "swap"), 0},
		"new weights":                      {write("topics/a.weights", "features 2"), 1},
		"a replaced file": {func(dir string) {
			write("new", "0123456789")(dir)
			os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "config.yaml"))
		}, 1},
		"a slow copy": {func(dir string) {
			for _, text := range []string{"1", "22", "333", "4444"} {
				write("config.yaml", text+"......")(dir)
				time.Sleep(watchInterval * 3 / 4) // in the bubble's time; a write and a look never coincide
			}
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "topics"), 0o700); err != nil {
				t.Fatal(err)
			}
			write("config.yaml", "text")(dir)
			write("topics/a.yaml", "text")(dir)
			files := watched(&config.Config{
				Files:  []string{filepath.Join(dir, "config.yaml"), filepath.Join(dir, "topics/a.yaml")},
				Topics: []oped.Topic{{Name: "a", WeightsFile: filepath.Join(dir, "topics/a.weights")}, {Name: "b"}},
			})
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				changed, got := make(chan struct{}), 0
				ended := make(chan error)
				known := stampOf(files)
				if strings.HasSuffix(name, "before the watch began") {
					c.change(dir)
				}
				go func() { ended <- watchFiles(ctx, files, known, changed) }()
				synctest.Wait()
				c.change(dir)
				for timer := time.NewTimer(time.Minute); ; {
					select {
					case <-changed:
						got++
						continue
					case <-timer.C:
					}
					break
				}
				cancel()
				<-ended
				if got != c.want {
					t.Errorf("noticed %d times, want %d", got, c.want)
				}
			})
		})
	}
}
