"""Answer a ChatError with its HTTP status and its sentence, in the user's language."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature

import frappe
from frappe.exceptions import FrappeTypeError
from frappe.utils.typing_validations import transform_parameter_types

from ...chat.arguments import require_readable
from ...chat.errors import ChatError, InvalidArgument
from ...chat.sentences import _lt
from ..clock import current_locale


def chat_errors_as_http(method: Callable) -> Callable:
	"""Decorator: answer a ChatError with its status, its class name as `exc_type`, its sentence and its `details`, without a traceback.
	Arguments that are missing, of another type than annotated, or cannot be stored are answered the same way, before
	`method` is called."""

	parameters = signature(method)

	@wraps(method)
	def answered(*args, **kwargs):
		try:
			if parameters.parameters:
				_require_arguments(parameters, parameters.bind_partial(*args, **kwargs).arguments)
				args, kwargs = _of_their_types(method, args, kwargs)
			return method(*args, **kwargs)
		except ChatError as error:
			frappe.flags.disable_traceback = True
			frappe.msgprint(error.sentence.render(current_locale()).replace("<", "&lt;"))
			if error.details:
				frappe.response["details"] = error.details
			raise error from None

	# Frappe's own check (utils/typing_validations.py) is outside of this one, and raises an error without a sentence.
	answered.__annotations__ = {}
	return answered


def _require_arguments(parameters: Signature, given: dict) -> None:
	for name, parameter in parameters.parameters.items():
		required = parameter.default is Parameter.empty and parameter.kind is not Parameter.VAR_KEYWORD
		if required and name not in given:
			raise InvalidArgument(_lt("{0} is missing."), name)
	require_readable(list(given.values()))


def _of_their_types(method: Callable, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
	try:
		return transform_parameter_types(method, args, kwargs)
	except FrappeTypeError as error:
		raise InvalidArgument(_lt("Invalid input: {0}"), str(error)) from None
