/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LOADER_ARGFILE_H
#define LOADER_ARGFILE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/abimux.h>

/* Bytes of a word in a file of arguments, the NUL included. */
#define ARG_WORD_LEN 40
/* Values that one set can have, fields that one structure can have. */
#define ARG_MAX_VALUES 160
#define ARG_MAX_FIELDS 16
/* Classes of a call. */
#define ARG_MAX_CLASSES 4

/* What a value is. */
enum arg_kind {
	ARG_HEX,
	ARG_INT,
	ARG_LONG,
	ARG_UINT,
	ARG_ULONG,
	ARG_MODE,
	ARG_PTR,
	ARG_FD,
	ARG_ENUM, /* one of a set */
	ARG_FLAGS, /* several of a set */
	/* What follows is the address of. */
	ARG_STRING,
	ARG_PATH,
	ARG_BUFFER,
	ARG_STRUCT,
	ARG_INTS,
	ARG_SOCKADDR, /* with the family in two bytes */
	ARG_BSD_SOCKADDR, /* with length and family in a byte each */
};

/* How many of them there are at an address. */
enum arg_count {
	ARG_ONE,
	ARG_CONSTANT,
	ARG_BY_ARG,
	ARG_BY_RESULT,
};

/**
 * struct arg_value - a value that has a name
 * @name: the name
 * @value: the value
 * @mask: the bits that it takes
 */
struct arg_value {
	char name[ARG_WORD_LEN];
	__u64 value;
	__u64 mask;
};

/**
 * struct arg_set - values that have names
 * @next: the next set
 * @name: its name
 * @count: how many
 * @values: the values
 */
struct arg_set {
	struct arg_set *next;
	char name[ARG_WORD_LEN];
	int count;
	struct arg_value values[ARG_MAX_VALUES];
};

/**
 * struct arg - what an argument, a field or a result is
 * @kind: what
 * @set: its values, if it is one or several of a set
 * @layout: its structure, if it points to one
 * @out: the call writes there
 * @count: how many are there
 * @number: how many, or the index of the argument that says so
 * @when: index of the argument that has to have a bit of @bits, or it is none
 * @bits: zero: always
 */
struct arg {
	enum arg_kind kind;
	const struct arg_set *set;
	const struct arg_struct *layout;
	bool out;
	enum arg_count count;
	unsigned int number;
	unsigned int when;
	__u64 bits;
};

/**
 * struct arg_field - a field of a structure
 * @name: its name
 * @offset: where it is
 * @size: its bytes
 * @arg: what it is
 */
struct arg_field {
	char name[ARG_WORD_LEN];
	unsigned int offset;
	unsigned int size;
	struct arg arg;
};

/**
 * struct arg_struct - a structure in a program's memory
 * @next: the next one
 * @name: its name
 * @size: its bytes
 * @count: how many fields
 * @fields: those to be shown
 */
struct arg_struct {
	struct arg_struct *next;
	char name[ARG_WORD_LEN];
	unsigned int size;
	int count;
	struct arg_field fields[ARG_MAX_FIELDS];
};

/**
 * struct arg_call - a call with its arguments
 * @next: the next call
 * @name: its name
 * @count: how many arguments
 * @args: the arguments
 * @result: what it returns
 * @classes: what it has to do with, as file or network; the last is empty
 */
struct arg_call {
	struct arg_call *next;
	char name[ARG_WORD_LEN];
	int count;
	struct arg args[ABIMUX_NR_ARGS];
	struct arg result;
	char classes[ARG_MAX_CLASSES + 1][ARG_WORD_LEN];
};

/**
 * struct argfile - all that a file says
 * @sets: sets, the last one first
 * @structs: structures, likewise
 * @calls: calls, likewise
 */
struct argfile {
	struct arg_set *sets;
	struct arg_struct *structs;
	struct arg_call *calls;
};

/**
 * struct argfile_error - what is wrong in a file
 * @line: in which line, from 1
 * @message: what
 */
struct argfile_error {
	unsigned int line;
	char message[160];
};

int argfile_parse(struct argfile *file, const char *text, size_t size,
		  struct argfile_error *error);
void argfile_free(struct argfile *file);
const struct arg_call *argfile_call(const struct argfile *file,
				    const char *name);
const struct arg_set *argfile_set(const struct argfile *file, const char *name);

#endif /* LOADER_ARGFILE_H */
