#include "signals.h"

#include <sys/time.h>

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "asauth.h"
#include "clock.h"
#include "mem.h"

static void (*volatile clean_ups[SIGNALS_CLEAN_UPS])(void);
static volatile long long deadline; /* by clock_ms(), 0: none */
static volatile bool deadline_is_silent;

static void
clean_up_all(void)
{
	size_t i;

	for (i = 0; i < SIGNALS_CLEAN_UPS; i++)
		if (clean_ups[i] != NULL)
			clean_ups[i]();
}

static void
die_of(int number)
{
	static const char message[] =
	    "asauth: out of time: --max-time is over\n";
	sigset_t set;

	clean_up_all();
	if (number == SIGALRM && deadline != 0 && clock_ms() >= deadline) {
		if (!deadline_is_silent)
			(void)!write(
			    STDERR_FILENO, message, sizeof(message) - 1);
		_exit(AS_TIMEOUT);
	}
	/* SA_RESETHAND has restored the default. */
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	_exit(128 + number); /* process 1 does not die of it */
}

/* Whether the default for a signal is anything but to end the process. */
static bool
is_harmless(int number)
{
	static const int harmless[] = {
		SIGKILL,
		SIGSTOP,
		SIGTSTP,
		SIGTTIN,
		SIGTTOU,
		SIGCONT,
		SIGCHLD,
		SIGURG,
		SIGWINCH,
#ifdef SIGINFO
		SIGINFO,
#endif
#ifndef __linux__
		SIGIO,
#endif
	};
	size_t i;

	for (i = 0; i < COUNT(harmless); i++)
		if (harmless[i] == number)
			return true;
	return false;
}

static void
watch_signal(int number)
{
	struct sigaction action = { .sa_handler = die_of,
		.sa_flags = (int)SA_RESETHAND };

	sigfillset(&action.sa_mask); /* nothing interrupts the clean-ups */
	sigaction(number, &action, NULL);
}

static void
watch_signals(void)
{
	static bool are_watched;
	struct sigaction old;
	int number;

	if (are_watched)
		return;
	are_watched = true;
	for (number = 1; number < NSIG; number++)
		/* Those that libc keeps to itself it does not tell about. */
		if (!is_harmless(number) &&
		    sigaction(number, NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			watch_signal(number);
	atexit(clean_up_all);
}

void
signals_begin(void)
{
	/* The kernel keeps from process 1 what it does not ask for. */
	if (getpid() == 1)
		watch_signals();
}

void
signals_at_death(void (*clean_up)(void))
{
	size_t i = 0;

	watch_signals();
	while (clean_ups[i] != NULL && clean_ups[i] != clean_up) {
		i++;
		assert(i < SIGNALS_CLEAN_UPS);
	}
	clean_ups[i] = clean_up;
}

void
signals_forget(void (*clean_up)(void))
{
	size_t i;

	for (i = 0; i < SIGNALS_CLEAN_UPS; i++)
		if (clean_ups[i] == clean_up)
			clean_ups[i] = NULL;
}

void
signals_set_deadline(long long ms, bool is_silent)
{
	/* Again and again: readpassphrase(3) only notes a signal that comes
	 * just before its read(2). */
	const struct itimerval timer = {
		.it_interval = { 0, 100000 },
		.it_value = { (time_t)(ms / 1000),
		    (suseconds_t)(ms % 1000 * 1000 + 1) },
	};
	sigset_t set;

	watch_signals();
	/* Whoever started us may have had it ignored or blocked. */
	watch_signal(SIGALRM);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	deadline_is_silent = is_silent;
	deadline = clock_ms() + ms;
	setitimer(ITIMER_REAL, &timer, NULL);
}
