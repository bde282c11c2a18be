# make run: build and try it.  make test: everything that has to hold.
# Each installs what it needs on a fresh Debian or Ubuntu, and says what it does.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STAMP   := -X main.version=$(VERSION)

# Every set of flags is a build of its own, compiled from scratch: there are few. Those
# of the programs stand here, and in test/program for tests that run them. The slim one is the agent and the command line; the short one,
# of the same flags, answers `token` where the agent has it and hands everything else to
# that; the full one is the window, whose first build takes four minutes for the
# graphics driver's C.
SHORT := CGO_ENABLED=0 go build -trimpath -tags shortcut -ldflags '-s -w $(STAMP)'
SLIM := CGO_ENABLED=0 go build -trimpath -tags slim -ldflags '-s -w $(STAMP)'
FULL := CGO_ENABLED=1 go build -trimpath -ldflags '-s -w $(STAMP)'
RACE := CGO_ENABLED=1 go test -race -tags slim

# One package's tests take a minute at most; ten are for a machine that is busy.
PATIENCE := 10m

say = @printf '\n==> %s\n' "$(1)"

.PHONY: help run crash test build lint format cross unit tour screens pictures bench bench-ui setup-run setup-test clean

help:
	@printf '%s\n' \
	  'make run      build Tokentray and start it; without a display, walk through it on a virtual one' \
	  'make test     everything that has to hold: the rules of the code, other systems, every test' \
	  'make build    bin/tokentray, bin/tokentray-agent and bin/tokentray-window' \
	  'make lint     the rules of the code (.golangci.yml)' \
	  'make format   put the code into its format' \
	  'make cross    compile for Windows and macOS' \
	  'make unit     the tests alone; PKG=./auth/... for some of them' \
	  'make tour     walk everything a person can do, on a display that nobody sees; leaves pictures' \
	  'make screens  draw every screen of the window, light and dark, into bin/screens' \
	  'make pictures draw the pictures of docs/pictures anew' \
	  'make bench    what the agent and the command line cost, beside other programs (docs/performance.md)' \
	  'make bench-ui what the agent and the window cost (docs/performance.md)' \
	  'make crash    kill the agent 2,000 times in the middle of refreshes' \
	  'make clean    remove what was built here'

run: setup-run build
	@test/start

test: setup-test lint cross unit

build:
	$(call say,building tokentray with its agent and its window into bin - $(VERSION); the first time takes some minutes)
	$(SHORT) -o bin/tokentray .
	$(SLIM) -o bin/tokentray-agent .
	$(FULL) -o bin/tokentray-window .

setup-run:
	@test/setup run

setup-test:
	@test/setup test

# The linter is built once, from the module that pins it; the build cache keeps it.
LINTER := bin/golangci-lint
lint:
	$(call say,the rules of the code)
	go -C test/tools build -o ../../$(LINTER) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	$(LINTER) run ./...

format:
	go -C test/tools build -o ../../$(LINTER) github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	$(LINTER) fmt ./...

# Fyne needs cgo on macOS, and that needs a Mac: what has it is left out there.
# ui/window/open alone needs OpenGL and its C; on macOS nothing of the window compiles
# without cgo. The short cut is for systems that have exec: Linux and macOS.
cross:
	$(call say,compiling for Windows and macOS)
	for os in windows darwin; do \
	  without='/ui/window/open$$|/ui/cli/shortcut$$'; if [ $$os = darwin ]; then without='/ui/window|/test/screens'; fi; \
	  packages=$$(go list ./... | grep -Ev "$$without"); \
	  GOOS=$$os CGO_ENABLED=0 go build -tags slim $$packages; \
	  GOOS=$$os CGO_ENABLED=0 go vet -tags slim $$packages; \
	done
	GOOS=darwin CGO_ENABLED=0 go vet -tags shortcut . ./ui/cli/shortcut

# Last, so that its own lines close the output. test/report reads along: it shows
# what failed, and fails the run where a secret stands in any test's output. What
# needs OpenGL is tested with the flags that the window is built with.
PKG ?= $(shell go list ./... | grep -v '/ui/window/open$$')
unit:
	$(call say,the tests - with the race detector and in random order)
	go vet -trimpath . ./ui/window/open
	go vet -tags shortcut .
	go test -trimpath ./ui/window/open
	$(RACE) -json -shuffle=on -timeout $(PATIENCE) $(PKG) | go run ./test/report

# The tour of make test, one part after the other and in words. TOUR_PICTURES names
# another folder for the pictures than tour.
tour: setup-test
	$(RACE) -c -o bin/tour ./test/tour
	cd test/tour && ../../bin/tour -test.parallel 1

# By the toolkit's software painter: no display is needed.
screens:
	$(call say,drawing every screen)
	CGO_ENABLED=1 go run -trimpath ./test/screens bin/screens

# Screens with made-up accounts at a fixed moment, and one picture of the tour.
SCREENS := main-light main-dark add-1-provider-light add-2-client-light
pictures: setup-test screens
	$(call say,drawing the pictures)
	mkdir -p docs/pictures
	for name in $(SCREENS); do cp "bin/screens/$$name.png" docs/pictures/; done
	$(RACE) -c -o bin/tour ./test/tour
	cd test/tour && TOUR_PICTURES=$(CURDIR)/bin/screens ../../bin/tour -test.run '^TestTour$$'
	convert bin/screens/12-tray-menu.png -crop 640x400+640+0 +repage docs/pictures/tray-menu.png

# The slim build's flags, so that the same build cache serves. Nothing here judges:
# each prints what was measured, and its ratio where another program is beside it.
BENCH := CGO_ENABLED=0 go test -trimpath -tags slim -run '^$$' -timeout 30m
bench:
	@test/setup bench
	$(call say,measuring for ten minutes; nothing else should run)
	$(BENCH) -v -benchtime 1x -bench 'BesideOIDCAgent|AllDue|CallbackToSaved|AgentOfMany' ./test/bench
	$(BENCH) -benchtime 200x -bench 'PutGrant' ./storage
	$(BENCH) -benchtime 1x -bench 'ScheduleOf10000|DayOf10000|Event' ./auth
	$(BENCH) -bench 'TokenAnswer' ./auth/oauth
	$(BENCH) -bench 'Token' ./auth/agent

bench-ui: setup-test
	$(call say,measuring for some minutes; nothing else should run)
	$(BENCH) -benchtime 1x -bench 'AgentAtRest|Window' ./test/bench
	$(BENCH) -benchtime 1x -bench 'ClickWhile' ./ui/tray

crash:
	$(call say,2000 kills at every step of a refresh)
	go test ./test/crash -run NoAccountIsLost -count=1 -v -timeout 30m -args -rounds 2000

clean:
	rm -rf bin tour test/servers/node_modules
