def measure(*a):
	pass
