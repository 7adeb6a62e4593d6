package main

import (
	_ "embed" // for minimalConfig
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"oped"
)

//go:embed minimal.yaml
var minimalConfig []byte

func initCommand(a *cli) *cobra.Command {
	var minimal bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the shipped configuration",
		Long: "Write the shipped configuration: config.yaml, or the file of --config, to edit\n" +
			"first; beside it feeds.yaml with 102 feeds, and topics/ with a file for each\n" +
			"topic. With --minimal, write one small file with three feeds and one topic. No\n" +
			"file is overwritten: if one exists, nothing is written.",
		Example: "  oped init --minimal",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return initConfig(a, minimal) },
	}
	cmd.Flags().BoolVar(&minimal, "minimal", false, "three feeds and one topic, in one file")
	return cmd
}

func initConfig(a *cli, minimal bool) error {
	path := a.configFile()
	files := []newFile{{path, minimalConfig}}
	if !minimal {
		files = shippedFiles(path, ".")
	}
	if err := writeNew(files); err != nil {
		return err
	}
	for _, f := range files {
		fmt.Fprintf(a.stdout, "wrote %s\n", f.path)
	}
	_, err := fmt.Fprintf(a.stdout, "Edit %s first; then oped check, then oped run.\n", path)
	return err
}

// newFile is a file to create.
type newFile struct {
	path string
	body []byte
}

// shippedFiles returns the shipped configuration, or one folder of it, as files beside the main file.
func shippedFiles(main, folder string) (files []newFile) {
	err := fs.WalkDir(oped.Shipped, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		path := filepath.Join(filepath.Dir(main), filepath.FromSlash(name))
		if name == "config.yaml" {
			path = main
		}
		body, err := oped.Shipped.ReadFile(name)
		files = append(files, newFile{path, body})
		return err
	})
	if err != nil {
		panic(err) // an embedded file can always be read
	}
	return files
}

// writeNew creates all files, or none. An existing file is an error.
func writeNew(files []newFile) error {
	for _, f := range files {
		if _, err := os.Lstat(f.path); err == nil {
			return oped.Invalid(f.path+" already exists", "move it away first; nothing was written")
		}
	}
	for i, f := range files {
		if err := create(f); err != nil {
			for _, done := range files[:i] {
				os.Remove(done.path)
			}
			return fmt.Errorf("write %s: %w", f.path, err)
		}
	}
	return nil
}

// create writes a new file, readable by its owner only, since a configuration may hold credentials.
func create(file newFile) error {
	if err := os.MkdirAll(filepath.Dir(file.path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(file.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(file.body)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(file.path)
	}
	return err
}
