"""What papers say, in Vietnamese and in English."""

from __future__ import annotations

Words = dict[str, str]

_VI: Words = {
    "done_on_time": "Hoàn thành đúng hạn", "done_late": "Hoàn thành quá hạn", "open_in_time": "Chưa xong, trong hạn",
    "open_overdue": "Chưa xong, quá hạn", "total": "Tổng số", "unit": "Đơn vị", "section": "Nội dung", "all": "Toàn bộ",
    "number": "TT", "report": "BÁO CÁO",
    "about": "Kết quả thực hiện {plan}, {period}", "plan_of": "kế hoạch “{title}”",
    "numbered": "Kế hoạch số {number} ngày {day}",
    "preamble": "Thực hiện {plan}, {body} báo cáo kết quả {period} như sau:",
    "I": "Tình hình triển khai, công tác chỉ đạo", "II": "Kết quả thực hiện", "III": "Đánh giá",
    "IV": "Phương hướng, nhiệm vụ thời gian tới", "V": "Đề xuất, kiến nghị", "nothing": "Không có.",
    "situation": "Tính đến ngày {day}, kế hoạch có {total} đầu việc giao cho {units} đơn vị: hoàn thành {done} "
    "(đúng hạn {done_on_time}, quá hạn {done_late}); chưa hoàn thành {not_done} (trong hạn {open_in_time}, "
    "quá hạn {open_overdue}).",
    "rates": "Tỷ lệ đúng hạn {timeliness}; tỷ lệ hoàn thành {completeness} (trên số việc đã xong hoặc đã quá hạn).",
    "beside": "Ngoài tổng số: được miễn {waived}, bỏ khỏi kế hoạch {cancelled}, trước khi áp dụng {before_adoption}.",
    "section_counts": "{total} đầu việc: hoàn thành {done}, chưa hoàn thành {not_done}, trong đó quá hạn "
    "{open_overdue}.",
    "standing_duty": "Nhiệm vụ thường xuyên, kết quả nêu trong báo cáo định kỳ.",
    "indicator": "{label}: {value}{unit} ({of})", "of": "{count}/{all} đơn vị",
    "so_far": "một phần số liệu đang chờ duyệt",
    "indicators": "Chỉ tiêu", "column_indicator": "Chỉ tiêu", "column_unit": "Đơn vị tính", "now": "Kỳ này",
    "change": "Tăng, giảm", "reporting": "Đơn vị có số liệu",
    "table_cells": "Tiến độ theo nội dung kế hoạch", "chart_cells": "Tiến độ theo đơn vị",
    "alt_cells": "Biểu đồ thanh, mỗi đơn vị một thanh gồm bốn phần: {units}",
    "alt_unit": "{name} đúng hạn {done_on_time}, muộn {done_late}, trong hạn {open_in_time}, quá hạn {open_overdue}",
    "reports": "Việc gửi báo cáo trong kỳ",
    "reports_sum": "{all} báo cáo phải gửi: {on_time} đúng hạn, {late} muộn, {missing} chưa gửi.",
    "late_table": "Đơn vị gửi báo cáo muộn hoặc chưa gửi", "task": "Báo cáo", "due": "Hạn", "received": "Ngày gửi",
    "days": "Số ngày muộn", "standing": "Tình trạng", "missing": "chưa gửi", "late": "gửi muộn",
    "in_time": "chưa đến hạn",
    "all_in_time": "Không có đơn vị nào gửi muộn hoặc chưa gửi.",
    "coming": "Các việc đến hạn tiếp theo:", "coming_item": "{title}: hạn {day}, {count} đơn vị",
    "targets": "Mục tiêu và kết quả", "target": "Mục tiêu", "reached": "Đạt được", "share": "Tỷ lệ",
    "appendix_figures": "Phụ lục 1. Số liệu theo đơn vị", "appendix_cells": "Phụ lục 2. Tiến độ theo đơn vị",
    "no_changes": "Chưa có kỳ trước để so sánh.",
    "hidden": "Số liệu nhạy cảm có giá trị nhỏ, không công bố theo đơn vị: {labels}.",
    "wanting": "Ô để trống: đơn vị chưa có số liệu.",
    "trend": "Xu hướng qua các kỳ", "period": "Kỳ", "timeliness": "Tỷ lệ đúng hạn", "completeness": "Tỷ lệ hoàn thành",
    # dispatch
    "dispatch_about": "V/v đôn đốc {what}", "dispatch_one": "gửi {title}",
    "dispatch_many": "thực hiện {count} nhiệm vụ quá hạn",
    "dispatch_basis": "Thực hiện {plan};",
    "dispatch_late_one": "Đến hết ngày {day}, {body} chưa nhận được {title} của {unit}, thời hạn ngày {due} "
    "(quá hạn {days} ngày làm việc).",
    "dispatch_late_many": "Đến hết ngày {day}, {unit} còn {count} nhiệm vụ quá hạn chưa thực hiện:",
    "dispatch_item": "{title}: hạn ngày {due}, quá hạn {days} ngày làm việc;",
    "dispatch_urged": "{body} đã nhắc việc {count} lần, gần nhất ngày {day}.",
    "dispatch_ask": "Đề nghị {unit} khẩn trương thực hiện, gửi kết quả về {body} (qua {focal}) chậm nhất ngày {by}.",
    "dispatch_warn": "Quá thời hạn trên, {focal} sẽ báo cáo {above} xem xét.",
    "dispatch_close": "Trân trọng./.", "dispatch_as_above": "Như trên;", "file": "Lưu: VT.",
    # dossier
    "dossier": "HỒ SƠ", "dossier_about": "Các việc trình {body} xem xét",
    "dossier_open": "Việc đang trình, chưa giải quyết ({count})", "dossier_new": "mới trình sau phiên trước",
    "dossier_resolved": "Việc đã giải quyết sau phiên trước ({count})", "dossier_none": "Không có việc nào.",
    "dossier_matter": "{unit}: {title}", "dossier_due": "Hạn {due}, quá hạn {days} ngày. Trình ngày {at} ({age} ngày).",
    "dossier_done": "Đã nhắc {count} lần{last}.", "dossier_last": ", gần nhất ngày {day}",
    "dossier_received": "Đã nhận ngày {day}, chờ duyệt.",
    "dossier_decide": "Ý kiến chỉ đạo:  □\u00a0đôn đốc bằng công văn   □\u00a0gia hạn đến ngày\u00a0……   □\u00a0miễn   "
    "□\u00a0giao đơn vị khác:\u00a0……   □\u00a0ghi nhận",
    "dossier_settled": "{unit}: {title}, nhận ngày {day}", "dossier_since": "Từ ngày {since} đến ngày {day}.",
}  # fmt: skip
_EN: Words = {
    "done_on_time": "Done on time", "done_late": "Done late", "open_in_time": "Not done, in time",
    "open_overdue": "Not done, overdue", "total": "Total", "unit": "Unit", "section": "Section", "all": "All",
    "number": "No.", "report": "REPORT",
    "about": "Results of {plan}, {period}", "plan_of": "the plan “{title}”", "numbered": "plan {number} of {day}",
    "preamble": "Under {plan}, {body} reports as follows on its work, {period}:",
    "I": "Implementation and direction", "II": "Results", "III": "Assessment",
    "IV": "What comes next", "V": "Proposals", "nothing": "None.",
    "situation": "By {day} the plan has {total} duties of {units} units: done {done} (on time {done_on_time}, late "
    "{done_late}); not done {not_done} (in time {open_in_time}, overdue {open_overdue}).",
    "rates": "On time {timeliness}; complete {completeness} (of what is done or overdue).",
    "beside": "Outside the total: waived {waived}, dropped {cancelled}, before adoption {before_adoption}.",
    "section_counts": "{total} duties: done {done}, not done {not_done}, of these overdue {open_overdue}.",
    "standing_duty": "Standing duties, told of in the periodic reports.",
    "indicator": "{label}: {value}{unit} ({of})", "of": "{count} of {all} units", "so_far": "partly under review",
    "indicators": "Indicators", "column_indicator": "Indicator", "column_unit": "Unit of measure", "now": "This period",
    "change": "Change", "reporting": "Units reporting",
    "table_cells": "Progress by section", "chart_cells": "Progress by unit",
    "alt_cells": "Bar chart, a bar of four parts for each unit: {units}",
    "alt_unit": "{name} on time {done_on_time}, late {done_late}, in time {open_in_time}, overdue {open_overdue}",
    "reports": "Reports of the period",
    "reports_sum": "{all} reports were owed: {on_time} on time, {late} late, {missing} not received.",
    "late_table": "Reports that came late or not at all", "task": "Report", "due": "Due", "received": "Received",
    "days": "Days late", "standing": "Standing", "missing": "not received", "late": "late", "in_time": "not yet due",
    "all_in_time": "No report came late, none is missing.",
    "coming": "Coming next:", "coming_item": "{title}: due {day} (units:\u00a0{count})",
    "targets": "Targets and results", "target": "Target", "reached": "Reached", "share": "Share",
    "appendix_figures": "Appendix 1. Figures by unit", "appendix_cells": "Appendix 2. Progress by unit",
    "no_changes": "There is no period before to compare with.",
    "hidden": "Sensitive, with small counts, and so not shown by unit: {labels}.",
    "wanting": "Empty cells: no figure was reported.",
    "trend": "Over the periods", "period": "Period", "timeliness": "On time", "completeness": "Complete",
    "dispatch_about": "Re: {what}", "dispatch_one": "{title}", "dispatch_many": "{count} overdue duties",
    "dispatch_basis": "Under {plan};",
    "dispatch_late_one": "By {day}, {body} has not received {title} from {unit}, which was due on {due} "
    "({days} working days overdue).",
    "dispatch_late_many": "By {day}, {count} duties of {unit} are overdue:",
    "dispatch_item": "{title}: due on {due}, {days} working days overdue;",
    "dispatch_urged": "Reminders sent by {body}: {count}, the last on {day}.",
    "dispatch_ask": "{unit} is asked to see to this and to answer {body} (through {focal}) by {by} at the latest.",
    "dispatch_warn": "After that day {focal} will put the matter before {above}.",
    "dispatch_close": "Yours faithfully.", "dispatch_as_above": "The addressee;", "file": "File.",
    "dossier": "DOSSIER", "dossier_about": "Matters put before {body}",
    "dossier_open": "Open matters ({count})", "dossier_new": "new since the last meeting",
    "dossier_resolved": "Settled since the last meeting ({count})", "dossier_none": "None.",
    "dossier_matter": "{unit}: {title}",
    "dossier_due": "Due {due}, {days} days overdue. Put before you on {at} ({age} days).",
    "dossier_done": "Reminders sent: {count}{last}.", "dossier_last": ", last on {day}",
    "dossier_received": "Received on {day}, under review.",
    "dossier_decide": "Decision:  □\u00a0urge by official letter   □\u00a0extend to\u00a0……   □\u00a0waive   "
    "□\u00a0reassign to\u00a0……   □\u00a0note",
    "dossier_settled": "{unit}: {title}, received {day}", "dossier_since": "From {since} to {day}.",
}  # fmt: skip


def words_in(language: str) -> Words:
    """The words of a language."""
    return _EN if language == "en" else _VI
