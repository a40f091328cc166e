/*
 * What every file of asauth shares: the exit statuses and the record that
 * describes a command.
 */
#ifndef ASAUTH_H
#define ASAUTH_H

#define ASAUTH_VERSION "1.0.0"

/* Seconds that a token may live; who promises more is not believed. */
#define TOKEN_LIFE_MAX 86400

/*
 * Exit statuses: those of curl(1), EXIT CODES, so that whatever wraps curl
 * keeps working. libcurl's own codes that are not listed pass through
 * unchanged. A function that returns an int and says "status" returns one
 * of these; 0 is success, and with another a struct failure tells why.
 */
enum status {
	AS_OK = 0,
	AS_PROTOCOL = 1,   /* neither https nor http to loopback */
	AS_USAGE = 2,	   /* usage, configuration, credentials, hosts */
	AS_URL = 3,	   /* not a URL */
	AS_PROXY_NAME = 5, /* the proxy's name does not resolve */
	AS_HOST_NAME = 6,  /* the host's name does not resolve */
	AS_CONNECT = 7,	   /* no connection */
	AS_REPLY = 8,	   /* a reply that is not what it must be */
	AS_PARTIAL = 18,   /* a reply cut off */
	AS_HTTP = 22,	   /* the server answered with an error */
	AS_WRITE = 23,	   /* writing the output */
	AS_READ = 26,	   /* reading a body or a secret file */
	AS_MEMORY = 27,	   /* out of memory */
	AS_TIMEOUT = 28,   /* out of time */
	AS_REDIRECTS = 47, /* too many redirects */
	AS_RECEIVE = 56,   /* receiving from the network */
	AS_UNTRUSTED = 60, /* the server's certificate is not trusted */
	AS_ENCODING = 61,  /* a reply's encoding is not known */
	AS_TOO_LARGE = 63, /* a token reply too large */
	AS_REWIND = 65,	   /* the body could not be sent again */
	AS_REFUSED = 67	   /* the token endpoint refused the log-in */
};

struct run;

/* One command of the program; options.c holds the table of them. */
struct command {
	const char *name;
	unsigned int mask;    /* its bit in struct option_row.commands */
	int operands;	      /* how many it takes, 0 or 1 */
	const char *usage;    /* what follows "asauth NAME" in the help */
	const char *purpose;  /* one line, lower case */
	const char *examples; /* closing lines of its help */
	/* Runs the command and returns its status. */
	int (*run)(struct run *run);
};

extern const struct command command_token;
extern const struct command command_request;
extern const struct command command_whoami_scope;

#endif
