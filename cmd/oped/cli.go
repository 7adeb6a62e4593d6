package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oped"
	"oped/app"
	"oped/config"
	"oped/text"
)

// cli is a command line with its environment, so that tests can run it too.
type cli struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
	program        string // as typed

	configPath  string
	logFormat   string
	quiet       bool
	asJSON      bool // --json of the command
	asksLog     bool // --log was given
	applyDrafts bool // of `once` and `run`: activate drafted rules at the start

	level slog.LevelVar // of log

	zone *time.Location // of the site, for times on the terminal; nil before the configuration is read

	live *app.Live // the running daemon, for its desk; nil: none

	std *log.Logger  // of the standard library; it writes to log. nil: none
	log *slog.Logger // set when the command begins: later errors are not about usage
}

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// main runs one command line and returns the exit code. It reports errors in words. A panic is reported as a
// bug, with its stack.
func (a *cli) main(ctx context.Context, args []string) (code int) {
	a.stdout, a.stderr = plainly(a.stdout), plainly(a.stderr)
	defer func() {
		for _, w := range []io.Writer{a.stdout, a.stderr} {
			if v, ok := w.(*plainWriter); ok {
				v.end()
			}
		}
	}()
	defer func() {
		if p := recover(); p != nil {
			code = a.report(app.Bug(p))
		}
	}()
	a.stdin = interruptible{ctx, a.stdin}
	root := a.rootCommand()
	root.SetArgs(args)
	if slices.Contains(args, "--log=json") || strings.Contains(strings.Join(args, "\n"), "--log\njson") {
		a.logFormat = "json" // also for a mistake in an earlier flag
	}
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		if cmd.Name() == "run" || cmd.Name() == "demo" {
			return exitDone // interrupted, and stopped
		}
		err = errors.New("the command was cancelled")
	}
	return a.report(err)
}

func (a *cli) rootCommand() *cobra.Command {
	root := parent(&cobra.Command{
		Use:   "oped COMMAND",
		Short: "Republish op-ed feeds by topic",
		Long: "Fetch the op-ed feeds of newspapers and think tanks, recognise the copies of a\n" +
			"piece, tag pieces on topics, and republish them as feeds and pages.\n" +
			"oped COMMAND --help explains a command.",
		Example:       "  oped demo",
		Args:          cobra.ArbitraryArgs,
		Version:       versionLine(buildInfo()),
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.asksLog = cmd.Flags().Changed("log")
			var err error
			if a.log, err = a.newLog(); err != nil {
				return err
			}
			return requireFlags(cmd)
		},
	})
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetUsageTemplate(usage)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	root.Flags().BoolP("version", "v", false, "print the version")
	root.PersistentFlags().BoolP("help", "h", false, "print the help of the command")
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", "configuration `file` (default: $OPED_CONFIG or config.yaml)")
	flags.StringVar(&a.logFormat, "log", "text", "`format` of the log: text or json")
	flags.BoolVar(&a.quiet, "quiet", false, "print warnings and errors only, each once")
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "most" { // its name in release 0.1
			name = "limit"
		}
		return pflag.NormalizedName(name)
	})
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Run", []*cobra.Command{demoCommand(a), initCommand(a), onceCommand(a), runCommand(a)}},
		{"Look", []*cobra.Command{feedsCommand(a), lsCommand(a), readCommand(a), openCommand(a), explainCommand(a)}},
		{"Curate", []*cobra.Command{
			deskCommand(a), editionQueueCommand(a), pieceCommand(a), topicCommand(a), undoCommand(a, false),
		}},
		{"Measure", []*cobra.Command{dedupCommand(a), parseCommand(a)}},
		{"Maintain", []*cobra.Command{
			checkCommand(a), completionCommand(a), exportCommand(a), importCommand(a), publishCommand(a), versionCommand(a), manCommand(a),
		}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title + ":"})
		for _, cmd := range g.commands {
			cmd.GroupID = g.title
		}
		root.AddCommand(g.commands...)
	}
	a.complete(root)
	return root
}

// helpCommand is `help`, in the place of cobra's.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Show the help of a command",
		Long:    "Show the help of a command, or the list of all commands.",
		Example: "  oped help topic diff",
		GroupID: "Maintain",
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), strings.Join(args, " "))
			}
			return of.Help()
		},
	}
}

// usage is the template of the help after its first paragraph. It ends with an example.
const usage = `Usage:
  {{.UseLine}}{{if and .HasAvailableSubCommands (not .DisableFlagsInUseLine)}}
  {{.CommandPath}} COMMAND{{end}}
{{$all := .Commands}}{{if .HasAvailableSubCommands}}{{if not .Groups}}
Commands:{{range $all}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}
{{else}}{{range $group := .Groups}}
{{.Title}}{{range $all}}{{if and (eq .GroupID $group.ID) (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}
{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}
Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}
Global flags:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}
Example:
{{.Example}}
`

// parent makes a command of subcommands only. Alone it prints its help; any argument is a mistake.
func parent(cmd *cobra.Command) *cobra.Command {
	cmd.DisableFlagsInUseLine = true
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknownCommand(cmd, args[0])
	}
	return cmd
}

// unknownCommand returns the error for a name that is no command under cmd.
func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return oped.Invalid(fmt.Sprintf("unknown command %q for %q", name, cmd.CommandPath()),
		text.DidYouMean(name, names, cmd.CommandPath()+" --help lists its commands"))
}

// requireArgs requires these arguments, and names the missing ones. Those in brackets are optional, and last.
func requireArgs(names ...string) cobra.PositionalArgs {
	required := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return strings.HasPrefix(name, "[") })
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(required) {
			return oped.Invalid(
				fmt.Sprintf("%s: %s is missing", cmd.CommandPath(), strings.Join(required[len(args):], " and ")),
				"write "+cmd.UseLine())
		}
		if len(args) > len(names) {
			return oped.Invalid(fmt.Sprintf("%s: unexpected argument %q", cmd.CommandPath(), args[len(names)]),
				"write "+cmd.UseLine())
		}
		return nil
	}
}

// requireMore requires at least this many arguments of one kind.
func requireMore(name string, lowest int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < lowest {
			return oped.Invalid(
				fmt.Sprintf("%s: expected at least %s, found %d", cmd.CommandPath(), text.Count(lowest, name),
					len(args)), "write "+cmd.UseLine())
		}
		return nil
	}
}

// requireFlags returns an Invalid error if a required flag of a command is missing. The one by cobra has no hint.
func requireFlags(cmd *cobra.Command) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, required := f.Annotations[cobra.BashCompOneRequiredFlag]; required && !f.Changed && err == nil {
			value, _ := pflag.UnquoteUsage(f)
			err = oped.Invalid(fmt.Sprintf("%s: --%s is missing", cmd.CommandPath(), f.Name),
				fmt.Sprintf("write --%s %s; %s --help explains it", f.Name, strings.ToUpper(value), cmd.CommandPath()))
		}
	})
	return err
}

// flagError returns an Invalid error for a flag that cannot be read.
func flagError(cmd *cobra.Command, err error) error {
	message := err.Error()
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		expected := map[string]string{"int": "a whole number", "float64": "a number", "bool": "true or false"}
		f := e.GetFlag()
		message = fmt.Sprintf("--%s: %q is not %s", f.Name, e.GetValue(), cmp.Or(expected[f.Value.Type()], "valid"))
	}
	return oped.Invalid(message, cmd.CommandPath()+" --help lists its flags")
}

// report prints an error with its hint, and returns its exit code.
func (a *cli) report(err error) int {
	var mistakes oped.Diagnostics
	var mistake *oped.Diagnostic
	var hinted interface{ Hint() string }
	switch {
	case errors.As(err, &mistakes):
		for _, m := range mistakes {
			a.say(slog.LevelError, m)
		}
		if n := len(mistakes); n > 1 {
			a.say(slog.LevelError, oped.Invalid(fmt.Sprintf("%d mistakes; nothing was changed", n), ""))
		}
		return exitUsage
	case errors.As(err, &mistake):
		a.say(slog.LevelError, mistake)
		return exitUsage
	case a.log == nil && !errors.As(err, &hinted):
		what, _, _ := strings.Cut(err.Error(), "\n")
		a.say(slog.LevelError,
			oped.Invalid(what, "oped --help lists the commands, oped COMMAND --help the flags of one"))
		return exitUsage
	case a.quiet && isPassing(err):
		return exitFailed
	}
	m := oped.Invalid(err.Error(), "")
	if errors.As(err, &hinted) {
		m.Hint = hinted.Hint()
	}
	a.say(slog.LevelError, m)
	return exitFailed
}

// isPassing reports whether an error ends without a person, such as a lost network.
func isPassing(err error) bool {
	e, ok := errors.AsType[interface {
		error
		Passing() bool
	}](err)
	return ok && e.Passing()
}

// say prints a message to a person as "oped: problem" and "hint: solution". With --log json it is a line of the log.
// It shows no credentials of addresses.
func (a *cli) say(level slog.Level, given *oped.Diagnostic) {
	m := *given
	m.Message, m.Hint = oped.ShownText(m.Message), oped.ShownText(m.Hint)
	if oped.ShownText(m.Line) != m.Line {
		m.Line = ""
	}
	if a.logFormat != "json" {
		o := output{width: unlimited}
		if terminal(a.stderr) {
			o.width = columns(a.stderr)
		}
		for line := range strings.SplitSeq("oped: "+m.Error(), "\n") {
			if strings.HasPrefix(line, "    ") { // of the configuration, or its caret
				o.printf("%s\n", line)
			} else {
				o.wrapf("  ", "%s", line)
			}
		}
		a.stderr.Write(o.Bytes())
		return
	}
	var attrs []slog.Attr
	if m.Pos.File != "" {
		attrs = append(attrs, slog.String("file", m.Pos.File), slog.Int("line", m.Pos.Line), slog.Int("col", m.Pos.Col))
	}
	if m.Hint != "" {
		attrs = append(attrs, slog.String("hint", m.Hint))
	}
	slog.New(slog.NewJSONHandler(a.stderr, nil)).LogAttrs(context.Background(), level, m.Message, attrs...)
}

// newLog returns the logger of the command.
func (a *cli) newLog() (*slog.Logger, error) {
	if a.quiet {
		a.level.Set(slog.LevelWarn)
	}
	options := &slog.HandlerOptions{Level: &a.level, ReplaceAttr: withoutCredentials}
	var h slog.Handler = slog.NewTextHandler(a.stderr, options)
	switch a.logFormat {
	case "text":
	case "json":
		h = slog.NewJSONHandler(a.stderr, options)
	default:
		return nil, oped.Invalid(fmt.Sprintf("--log %s is not a log format", a.logFormat),
			"write --log text or --log json")
	}
	if a.std != nil { // net/http reports a server's unasked answer there, and the like
		a.std.SetFlags(0)
		a.std.SetOutput(slog.NewLogLogger(h, slog.LevelInfo).Writer())
	}
	return slog.New(h), nil
}

// withoutCredentials returns an attribute of the log as it may be shown.
func withoutCredentials(_ []string, a slog.Attr) slog.Attr {
	if err, ok := a.Value.Any().(error); ok {
		a.Value = slog.StringValue(err.Error())
	}
	if a.Value.Kind() == slog.KindString {
		a.Value = slog.StringValue(oped.ShownText(a.Value.String()))
	}
	return a
}

// configFile returns the path of the configuration: the flag, else $OPED_CONFIG, else config.yaml in the working
// directory.
func (a *cli) configFile() string {
	if a.configPath != "" {
		return a.configPath
	}
	if env := a.getenv("OPED_CONFIG"); env != "" {
		return env
	}
	return "config.yaml"
}

// config returns the configuration.
func (a *cli) config() (*config.Config, error) {
	cfg, err := config.Load(a.configFile())
	if err == nil {
		a.zone = cfg.Publish.Timezone
	}
	return cfg, err
}
