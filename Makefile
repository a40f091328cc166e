# asauth. GNU make; CC, CFLAGS, LDFLAGS, PREFIX, DESTDIR and CURL=link are
# yours to set. "make help" lists the targets.

PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
DATADIR = $(PREFIX)/share
BASHDIR = $(DATADIR)/bash-completion/completions
ZSHDIR = $(DATADIR)/zsh/site-functions
FISHDIR = $(DATADIR)/fish/vendor_completions.d
DOCDIR = $(DATADIR)/doc/asauth
ifeq ($(PREFIX)$(wildcard /etc/fish),/usr/local/etc/fish)
# Debian's fish does not look in /usr/local, but where the administrator may
# put completions.
FISHDIR = /etc/fish/completions
endif
BUILD = build
PROGRAM = asauth
PKG_CONFIG = pkg-config
LEAST_CURL = 7.74

# Prints those of the flags that the compiler takes.
takes = $(shell for flag in $(1); do \
	echo 'int main(void) { return 0; }' | \
	$(CC) -Werror -fPIE $$flag -x c - -o $(BUILD)/.probe 2>/dev/null && \
	echo "$$flag"; done)

libraries = libbsd-overlay jansson
ifeq ($(CURL),link)
own_defines = -DCURL_LINK
libraries += libcurl
endif

ifneq ($(filter-out clean uninstall help format plot check demo dist static check-static,$(or $(MAKECMDGOALS),all)),)
$(shell mkdir -p $(BUILD))
maybe = -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=zero
maybe_link = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
hardening := $(call takes,$(maybe)) \
	$(if $(call takes,-ffile-prefix-map=a=b),-ffile-prefix-map="$(CURDIR)=.")
link_hardening := $(call takes,$(maybe_link))
# Where dlopen(3) is not in libc.
loader := $(call takes,-ldl)
endif

own_cflags = -std=gnu11 -O2 -g -Wall -Wextra -Wformat=2 -Wconversion \
	-Wshadow -Wimplicit-fallthrough -Werror=format-security \
	-Werror=implicit -Werror=incompatible-pointer-types \
	-Werror=int-conversion -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 \
	-fstack-protector-strong -fPIE -fno-delete-null-pointer-checks \
	-fno-strict-overflow $(hardening) -D_GNU_SOURCE \
	-DLIBBSD_NETBSD_VIS $(own_defines)
package_cflags = $(shell $(PKG_CONFIG) --cflags $(libraries) libcurl)
# The loader asks the libraries in this order, and most names are libc's.
first_libs = $(loader) -lc
package_libs = $(shell $(PKG_CONFIG) --libs $(libraries)) -lmd

sources = $(wildcard src/*.c)
objects = $(sources:src/%.c=$(BUILD)/%.o)
compile = $(CC) $(own_cflags) $(package_cflags) $(CPPFLAGS) $(CFLAGS)
link = $(CC) $(own_cflags) $(link_hardening) $(CFLAGS) $(LDFLAGS)

all: $(PROGRAM)

# V=1 shows the whole commands.
ifneq ($(V),1)
quiet = @echo '  $(1)' &&
endif

$(PROGRAM): $(objects)
	$(call quiet,LD $@) $(link) -o $@ $(objects) $(first_libs) \
	$(package_libs) $(LDLIBS)

# Other flags than last time: everything is built anew.
$(BUILD)/flags: FORCE
	@$(PKG_CONFIG) --atleast-version=$(LEAST_CURL) libcurl || { \
	echo 'asauth needs libcurl $(LEAST_CURL) or later with its headers' \
	'(Debian: libcurl4-openssl-dev)' >&2; exit 1; }
	@mkdir -p $(BUILD)
	@echo '$(compile) $(link)' | cmp -s - $@ || \
	echo '$(compile) $(link)' > $@

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	$(call quiet,CC $<) $(compile) -MMD -MP -c -o $@ $<

-include $(objects:.o=.d)

# These targets see to what they need; DEPS=no leaves that to you. No other
# target installs anything.
check demo:
	tests/$@

# ARCH=arm64: by a cross compiler.
static: deps-static$(if $(ARCH),-$(ARCH))
	packaging/static $(ARCH)

deps-%:
	@DEPS='$(DEPS)' tests/deps $(@:deps-%=%)

lint: all
	tests/lint

format:
	clang-format -i src/*.[ch] tests/ci/*.c tests/fuzz/*.[ch]

# Each of these is a script that tells more about itself.
bench: all static
	tests/bench/run

plot:
	tests/bench/plot

picture: all
	tests/picture

fuzz:
	tests/fuzz/run

memcheck: all
	tests/memcheck

coverage:
	tests/coverage

check-systems:
	tests/systems

check-static: deps-check-static
	tests/check-static

dist: deps-static-arm64
	packaging/dist x86_64 arm64

deb:
	packaging/deb/build

# What is installed: source, then place.
installed = $(PROGRAM):$(BINDIR)/asauth \
	man/asauth.1:$(MANDIR)/man1/asauth.1 \
	man/asauth.conf.5:$(MANDIR)/man5/asauth.conf.5 \
	completions/asauth.bash:$(BASHDIR)/asauth \
	completions/_asauth:$(ZSHDIR)/_asauth \
	completions/asauth.fish:$(FISHDIR)/asauth.fish \
	$(foreach file,$(wildcard examples/*),$(file):$(DOCDIR)/$(file))

install: all
	@for pair in $(installed); do \
		from=$${pair%%:*} to=$(DESTDIR)$${pair#*:} mode=644; \
		[ ! -x "$$from" ] || mode=755; \
		echo "  INSTALL $$to" && mkdir -p "$${to%/*}" && \
		install -m $$mode "$$from" "$$to" || exit 1; \
	done

uninstall:
	rm -f $(foreach pair,$(installed),$(DESTDIR)$(lastword \
		$(subst :, ,$(pair))))

clean:
	rm -rf $(BUILD) $(PROGRAM)

help:
	@echo 'all        build ./asauth (CURL=link: link libcurl ordinarily)'
	@echo 'demo       install what is needed, build, show the main job'
	@echo 'check      install what is needed, build, run every test'
	@echo 'static     one file for any Linux, in build/static (ARCH=arm64)'
	@echo 'install    to $$DESTDIR$$PREFIX; uninstall takes it away again'
	@echo 'lint       clang-format, clang-tidy, cppcheck, shellcheck, mandoc'
	@echo 'format     clang-format the sources'
	@echo 'fuzz       libFuzzer wherever foreign bytes enter, for a while'
	@echo 'memcheck   every test under valgrind; coverage: lines they reach'
	@echo 'bench      measure beside cat and curl | jq; plot draws the result'
	@echo 'check-systems  tests/check in empty trees of other systems'
	@echo 'picture    draw the picture of a terminal session'
	@echo 'check-static   the static program: built twice, for arm64, empty roots'
	@echo 'dist       tarballs, sums and contents of a release; deb: a Debian package'
	@echo 'clean      remove what was built'
	@echo 'V=1 shows the commands, CC, CFLAGS, LDFLAGS, PREFIX, DESTDIR work'

.PHONY: all check demo static lint format bench plot picture \
	fuzz memcheck coverage check-systems check-static dist deb install uninstall clean help FORCE
