from ..frappe_host.setup.install import fill_wa_phone

__all__ = ["fill_wa_phone"]
